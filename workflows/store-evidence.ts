import { workflowInfo } from '@temporalio/workflow';
import type { EvidenceInput } from '../activities/evidence/document.ts';
import type { RotationInput, UnitInput } from '../rotation/messages.ts';
import { rolledBackBy } from '../rotation/wanted.ts';
import { looks } from './calls.ts';
import { now } from './stage-context.ts';
import type { UnitRun } from './unit-run.ts';
import { untilDone } from './until-done.ts';

/** Keeps a document beyond Temporal's own memory. */
export async function storeEvidence(
  { fleet, mesh, rotationId, ca }: Pick<RotationInput, 'fleet' | 'mesh' | 'rotationId' | 'ca'>,
  document: EvidenceInput,
): Promise<void> {
  const summary = `keep the evidence of ${what(document)}`;
  const { kind } = ca;
  await looks().storeEvidence.executeWithOptions({ summary }, [{ fleet, mesh, rotationId, kind, document }]);
}

/** What is to be kept of a rotation that has turned back is kept by its way back, once it can no longer be aborted. */
export async function storeTurned(input: RotationInput): Promise<void> {
  const before = rolledBackBy(input.ca);
  const { end } = input.turned ?? {};
  if (before === undefined || end === undefined) return;
  await storeEvidence({ ...input, rotationId: before }, { kind: 'end', state: 'turnedBack', ...end });
}

/** The last part of a unit's step: without its evidence nothing counts as proven. Stops until told to go on. */
export async function storeUnitEvidence(input: UnitInput, run: UnitRun): Promise<void> {
  // Ids begin with the time that they were made at: only their ends tell workflows of the same minute apart.
  const { firstExecutionRunId } = workflowInfo();
  const endedAt = now();
  await untilDone(run, () => {
    run.begin(run.clusters, 'evidence: store', undefined, now());
    return storeEvidence(input, run.evidence.document(input, firstExecutionRunId.slice(-12), endedAt));
  });
}

function what(document: EvidenceInput): string {
  switch (document.kind) {
    case 'unit':
      return `${document.phase} on ${document.unit}`;
    case 'phase':
      return `phase ${document.phase}`;
    case 'start':
      return 'the plan';
    case 'end':
      return 'the end';
  }
}

import { log, workflowInfo } from '@temporalio/workflow';
import type { EvidenceInput } from '../activities/evidence/document.ts';
import type { RotationInput, UnitInput } from '../rotation/messages.ts';
import { rolledBackBy } from '../rotation/wanted.ts';
import { brief, type Calls, looks } from './calls.ts';
import { unlessCutOff } from './cut-off.ts';
import { now } from './stage-context.ts';
import { knownAt, standStill } from './stand-still.ts';
import { stopReason } from './stop-reason.ts';
import type { UnitRun } from './unit-run.ts';
import { untilDone } from './until-done.ts';

type Of = Pick<RotationInput, 'fleet' | 'mesh' | 'rotationId' | 'ca'>;

/** Keeps a document beyond Temporal's own memory. */
export async function storeEvidence(of: Of, document: EvidenceInput): Promise<void> {
  await store(of, document, looks());
}

/**
 * The same for an abort and a way back, of which nothing may keep the mesh from being led to safety: a document that
 * cannot be kept within a minute is gone. Why, or undefined where it is kept.
 */
export async function storeIfAble(of: Of, document: EvidenceInput): Promise<string | undefined> {
  try {
    await store(of, document, brief());
    return undefined;
  } catch (error) {
    const stopped = stopReason(error, now());
    if (stopped === undefined) throw error;
    log.warn('evidence is not kept, and what leads the mesh to safety goes on', { error });
    return stopped.code;
  }
}

async function store(
  { fleet, mesh, rotationId, ca }: Of,
  document: EvidenceInput,
  calls: Calls,
): Promise<void> {
  const summary = `keep the evidence of ${what(document)}`;
  const { kind } = ca;
  await calls.storeEvidence.executeWithOptions({ summary }, [{ fleet, mesh, rotationId, kind, document }]);
}

/** What is to be kept of a rotation that has turned back is kept by its way back, once it can no longer be aborted. */
export async function storeTurned(input: RotationInput): Promise<void> {
  const before = rolledBackBy(input.ca);
  const { end } = input.turned ?? {};
  if (before === undefined || end === undefined) return;
  await storeIfAble({ ...input, rotationId: before }, { kind: 'end', state: 'turnedBack', ...end });
}

/**
 * The last part of a unit's step: without its evidence nothing counts as proven, so that a rotation on its way there
 * stops until told to go on. False where it is not kept; undefined where the unit is found wrong while it stands still
 * for that, and is to be proven anew.
 */
export async function storeUnitEvidence(input: UnitInput, run: UnitRun): Promise<boolean | undefined> {
  // Ids begin with the time that they were made at: only their ends tell workflows of the same minute apart.
  const { firstExecutionRunId } = workflowInfo();
  const endedAt = now();
  const document = () => {
    run.begin(run.clusters, 'evidence: store', undefined, now());
    return run.evidence.document(input, firstExecutionRunId.slice(-12), endedAt);
  };
  const isLeft = () => run.hold === 'leave';
  const found = { isWrong: false };
  const isGate = () => !isLeft() && !found.isWrong && rolledBackBy(input.ca) === undefined;
  const attempt = async () => {
    await storeEvidence(input, document());
    return true;
  };
  const known = knownAt(input, run, { stage: input.step.stages.length, at: undefined, stood: undefined });
  const wait = (until: () => boolean) =>
    standStill({ input, run, known }, until, () => {
      found.isWrong = true;
    });
  if (await untilDone(run, () => unlessCutOff(run, isLeft, attempt), wait, isGate)) return true;
  if (found.isWrong && !isLeft()) return undefined;
  const why = await storeIfAble(input, document());
  if (why !== undefined) run.prove(run.clusters, `evidence: not kept, ${why}`);
  return why === undefined && !found.isWrong;
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

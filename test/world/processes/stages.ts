import { type Client } from '@temporalio/client';
import { z } from 'zod';
import { unitWorkflowId, type UnitKey } from '../../../rotation/messages.ts';
import { type Proof, type Stage } from '../../../rotation/plan.ts';
import { type HistoryEvent } from '../../demo/history.ts';

export type Step = 'write' | Proof;

/** Which activity begins which step of a stage. */
const begins: Readonly<Record<string, Step>> = {
  writeSource: 'write',
  awaitSynced: 'synced',
  awaitLoaded: 'loaded',
  awaitSecondPlane: 'secondPlane',
  takeCensus: 'converged',
  restartStale: 'converged',
};

const stageArgument = z.object({ stage: z.string() });

/** Where a unit is in a phase, by its workflow's history: the newest step that has begun, `signer: loaded`. */
export async function stepUnderWay(client: Client, unit: UnitKey): Promise<string | undefined> {
  const { events } = await client.workflow.getHandle(unitWorkflowId(unit)).fetchHistory();
  return (events ?? []).flatMap((event) => beginOf(event) ?? []).at(-1)?.name;
}

/** The steps of a unit in a phase that were taken up again after their worker had fallen silent. */
export async function stepsTakenUp(client: Client, unit: UnitKey): Promise<ReadonlySet<string>> {
  const { events } = await client.workflow.getHandle(unitWorkflowId(unit)).fetchHistory();
  const begun = new Map(
    (events ?? []).flatMap((event) => beginOf(event) ?? []).map((one) => [one.id, one.name]),
  );
  const taken = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started?.lastFailure?.timeoutFailureInfo ? [begun.get(Number(started.scheduledEventId)) ?? ''] : [],
  );
  return new Set(taken);
}

function beginOf({ eventId, activityTaskScheduledEventAttributes: scheduled }: HistoryEvent) {
  const step = begins[scheduled?.activityType?.name ?? ''];
  const [argument] = scheduled?.input?.payloads ?? [];
  if (step === undefined || argument?.data === undefined || argument.data === null) return undefined;
  const { stage } = stageArgument.parse(JSON.parse(Buffer.from(argument.data).toString('utf8')));
  return { id: Number(eventId), name: stepName(stage, step) };
}

export function stepName(stage: string, step: Step): string {
  return `${stage}: ${step}`;
}

/** The steps of a stage in their order. */
export function stepsOf({ proofs }: Stage): readonly Step[] {
  return ['write', ...proofs];
}

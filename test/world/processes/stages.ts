import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { grpcCode } from '../../../cli/temporal-problems.ts';
import { unitWorkflowId, type UnitKey } from '../../../rotation/messages.ts';
import type { Proof } from '../../../rotation/plan.ts';
import type { HistoryEvent } from '../../demo/history.ts';

export type Step = 'write' | Proof;

/** Which activity begins which step of a stage. */
const begins: Readonly<Record<string, Step>> = {
  writeSource: 'write',
  awaitSynced: 'synced',
  awaitLoaded: 'loaded',
  checkHandshakes: 'accepted',
  awaitSecondPlane: 'secondPlane',
  takeCensus: 'converged',
  restartStale: 'converged',
};

/** What proves a unit as a whole need not name the stage: it is that of the step before. */
const stageArgument = z.object({ stage: z.string().optional() });

interface Begun {
  readonly event: number;
  /** `signer: loaded` */
  readonly name: string;
}

/** Where a unit is in a phase, by its workflow's history: the newest step that has begun, `signer: loaded`. */
export async function stepUnderWay(client: Client, unit: UnitKey): Promise<string | undefined> {
  return begunIn(await historyOf(client, unit)).at(-1)?.name;
}

/** The steps of a unit in a phase that were taken up again after their worker had fallen silent. */
export async function stepsTakenUp(client: Client, unit: UnitKey): Promise<ReadonlySet<string>> {
  const events = await historyOf(client, unit);
  const names = new Map(begunIn(events).map(({ event, name }) => [event, name]));
  const taken = events.flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started?.lastFailure?.timeoutFailureInfo ? (names.get(Number(started.scheduledEventId)) ?? []) : [],
  );
  return new Set(taken);
}

/** Empty where the unit has not begun. */
async function historyOf(client: Client, unit: UnitKey): Promise<readonly HistoryEvent[]> {
  try {
    const { events } = await client.workflow.getHandle(unitWorkflowId(unit)).fetchHistory();
    return events ?? [];
  } catch (error) {
    if (grpcCode(error) === status.NOT_FOUND) return [];
    throw error;
  }
}

function begunIn(events: readonly HistoryEvent[]): readonly Begun[] {
  const begun: Begun[] = [];
  let stage = '';
  for (const { eventId, activityTaskScheduledEventAttributes: scheduled } of events) {
    const step = begins[scheduled?.activityType?.name ?? ''];
    const data = scheduled?.input?.payloads?.[0]?.data;
    if (step === undefined || data === undefined || data === null) continue;
    stage = stageArgument.parse(JSON.parse(Buffer.from(data).toString('utf8'))).stage ?? stage;
    begun.push({ event: Number(eventId), name: stepName(stage, step) });
  }
  return begun;
}

export function stepName(stage: string, step: Step): string {
  return `${stage}: ${step}`;
}

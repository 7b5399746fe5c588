import { isUtf8 } from 'node:buffer';
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Trace } from './leaks.ts';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** One run of a workflow and all that happened in it. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly events: readonly HistoryEvent[];
}

/** Every run of a workflow, the newest first, then those of the workflows that it started. */
export async function runsOf(client: Client, workflowId: string): Promise<readonly Run[]> {
  const own = await continuedRuns(client, workflowId);
  const children = own.flatMap(({ events }) => events.flatMap((event) => childOf(event) ?? []));
  const theirs = await Promise.all([...new Set(children)].map((child) => runsOf(client, child)));
  return [...own, ...theirs.flat()];
}

async function continuedRuns(client: Client, workflowId: string): Promise<Run[]> {
  const runs: Run[] = [];
  let { runId } = await client.workflow.getHandle(workflowId).describe();
  while (runId !== '') {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs.push({ workflowId, runId, events: events ?? [] });
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
  }
  return runs;
}

function childOf(event: HistoryEvent): string | undefined {
  return event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId ?? undefined;
}

/** All texts in a message of Temporal's, payloads decoded: where names the way to each. */
export function* tracesIn(where: string, value: unknown): Iterable<Trace> {
  if (typeof value === 'string') yield { where, text: value };
  else if (value instanceof Uint8Array) yield { where, text: readable(value) };
  else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      yield { where, text: key };
      yield* tracesIn(Array.isArray(value) ? where : `${where}.${key}`, one);
    }
  }
}

/** Payloads hold JSON; what is no text is shown as its bytes. */
function readable(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  return isUtf8(buffer) ? buffer.toString('utf8') : buffer.toString('hex');
}

export function* tracesOfRuns(runs: readonly Run[]): Iterable<Trace> {
  for (const { workflowId, events } of runs) {
    for (const event of events) yield* tracesIn(workflowId, event);
  }
}

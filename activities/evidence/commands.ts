import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { z } from 'zod';
import { withoutSecrets } from '../redact.ts';
import type { EvidenceCommand } from './document.ts';

/** One run of a workflow that may have continued as new. */
export interface RunName {
  readonly workflowId: string;
  readonly runId: string;
}

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/**
 * Who told a rotation what, from its start on: nothing but Temporal's history knows who it was, and only as the
 * client said of itself. Runs that the server has forgotten tell nothing.
 */
export async function commandsOf(client: Client, run: RunName): Promise<readonly EvidenceCommand[]> {
  const commands: EvidenceCommand[][] = [];
  let runId = run.runId;
  while (runId !== '') {
    const events = await eventsOf(client, { ...run, runId });
    commands.unshift(events.flatMap((event) => updateIn(event) ?? []));
    const [first] = events;
    const started = first?.workflowExecutionStartedEventAttributes;
    runId = started?.continuedExecutionRunId ?? '';
    if (first !== undefined && runId === '') {
      commands.unshift([
        {
          id: started?.firstExecutionRunId ?? run.runId,
          name: 'start',
          ...whoAndWhen(first, started?.identity),
        },
      ]);
    }
  }
  return commands.flat();
}

async function eventsOf(client: Client, { workflowId, runId }: RunName): Promise<readonly HistoryEvent[]> {
  try {
    return (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

const argument = z.object({
  reason: z.string().optional().catch(undefined),
  cluster: z.string().optional().catch(undefined),
});

function updateIn(event: HistoryEvent): EvidenceCommand | undefined {
  const request = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
  if (!request) return undefined;
  const [payload] = request.input?.args?.payloads ?? [];
  const told = argument.safeParse(payload && defaultPayloadConverter.fromPayload<unknown>(payload));
  const { reason, cluster } = told.success ? told.data : {};
  return {
    id: request.meta?.updateId ?? '',
    name: request.input?.name ?? '',
    ...whoAndWhen(event, request.meta?.identity),
    ...(reason === undefined ? {} : { reason: withoutSecrets(reason) }),
    ...(cluster === undefined ? {} : { cluster }),
  };
}

function whoAndWhen(
  { eventTime }: HistoryEvent,
  identity: string | null | undefined,
): Pick<EvidenceCommand, 'at' | 'by'> {
  const milliseconds = Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
  return { at: new Date(milliseconds).toISOString(), by: withoutSecrets(identity ?? '') };
}

import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { searchAttributes } from '../../workflows/search-attributes.ts';

/** Puts a secret into each part of a history that a client can reach; tells which. No worker ever sees it. */
export async function plantInHistory(
  client: Client,
  secret: string,
): Promise<{ readonly workflowId: string; readonly places: readonly string[] }> {
  const workflowId = `planted/${randomUUID()}`;
  const oneLine = secret.split('\n')[1] ?? '';
  const handle = await client.workflow.start('planted', {
    workflowId,
    taskQueue: 'nobody-listens',
    args: [{ ca: { key: secret } }],
    memo: { state: secret },
    staticDetails: secret,
    typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.state, value: oneLine }]),
  });
  await handle.signal('report', { found: Buffer.from(secret).toString('base64') });
  await handle.terminate(oneLine);
  return {
    workflowId,
    places: [
      'StartedEventAttributes.input',
      'StartedEventAttributes.memo',
      'StartedEventAttributes.searchAttributes',
      'userMetadata.details',
      'SignaledEventAttributes.input',
      'TerminatedEventAttributes.reason',
    ],
  };
}

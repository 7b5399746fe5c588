import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';

const metadata = z.object({ currentDetails: z.string() });

/** The lines that the Temporal UI shows of a workflow. */
export async function shownLines(handle: Pick<WorkflowHandle, 'query'>): Promise<readonly string[]> {
  const { currentDetails } = metadata.parse(await handle.query('__temporal_workflow_metadata'));
  return currentDetails.split('\n');
}

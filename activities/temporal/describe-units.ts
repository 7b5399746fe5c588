import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { unitWorkflowId } from '../../rotation/messages.ts';
import type { Activities, UnitStanding } from '../contract.ts';
import { goesOn } from './goes-on.ts';

/** How the workflows of some units stand; of each its last run. */
export async function describeUnits(
  client: Client,
  { units, ...ref }: Parameters<Activities['describeUnits']>[0],
): Promise<readonly UnitStanding[]> {
  return Promise.all(units.map((unit) => standing(client, unit, unitWorkflowId({ ...ref, step: { unit } }))));
}

async function standing(client: Client, unit: string, workflowId: string): Promise<UnitStanding> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return { unit, state: stateOf(status.name), status: status.name };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { unit, state: 'lost', status: 'NOT_FOUND' };
    throw error;
  }
}

function stateOf(status: string): UnitStanding['state'] {
  if (goesOn(status)) return 'running';
  return status === 'COMPLETED' ? 'completed' : 'lost';
}

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type MeshRef, type Activities, type UnitStanding } from '../contract.ts';
import { unitWorkflowId } from '../../rotation/messages.ts';
import { type PhaseName } from '../../rotation/plan.ts';

/** What is asked of the Temporal server itself. */
export function createTemporalActivities({
  client,
}: {
  readonly client: Client;
}): Pick<Activities, 'describeUnits'> {
  return {
    async describeUnits({ units, ...ref }) {
      return Promise.all(units.map((unit) => standing(client, { ...ref, unit })));
    },
  };
}

type UnitStepRef = MeshRef & {
  readonly rotationId: string;
  readonly phase: PhaseName;
  readonly unit: string;
};

async function standing(client: Client, { unit, ...ref }: UnitStepRef): Promise<UnitStanding> {
  const id = unitWorkflowId({ ...ref, step: { unit } });
  try {
    const { status } = await client.workflow.getHandle(id).describe();
    return { unit, state: stateOf(status.name), status: status.name };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { unit, state: 'lost', status: 'NOT_FOUND' };
    throw error;
  }
}

function stateOf(status: string): UnitStanding['state'] {
  if (status === 'RUNNING' || status === 'CONTINUED_AS_NEW' || status === 'PAUSED') return 'running';
  return status === 'COMPLETED' ? 'completed' : 'lost';
}

import type { Client } from '@temporalio/client';
import type { Activities } from '../contract.ts';
import { describeRotation } from './describe-rotation.ts';
import { describeUnits } from './describe-units.ts';

/** What is asked of the Temporal server itself. */
export function createTemporalActivities({
  client,
}: {
  readonly client: Client;
}): Pick<Activities, 'describeUnits' | 'describeRotation'> {
  return {
    describeUnits: (input) => describeUnits(client, input),
    describeRotation: (input) => describeRotation(client, input),
  };
}

import { condition, workflowInfo } from '@temporalio/workflow';
import type { IssuedCa } from '../activities/issuer/contract.ts';
import type { RotationInput } from '../rotation/messages.ts';
import type { RotationRun } from './rotation-run.ts';
import { issuedCaOf, stageCas } from './staged-cas.ts';
import { now } from './stage-context.ts';
import { stopReason } from './stop-reason.ts';

/** What leads the rotation, as far as it is concerned with this. */
export interface Leader {
  attempt(attempt: () => Promise<void>): Promise<void>;
  show(): void;
  isFull(): boolean;
  handOver(): Promise<never>;
}

/** Until every unit has its new CA beside its source, over as many runs as the certificates for them take. */
export async function obtainCas(
  input: RotationInput,
  ca: IssuedCa,
  run: RotationRun,
  leader: Leader,
): Promise<void> {
  const { cas } = run;
  let readBy = workflowInfo().historyLength;
  // What a run has only read again, the next would have to as well; what it has watched since fills it nevertheless.
  const isToGoOn = () => leader.isFull() && (cas.hasNews || workflowInfo().historyLength > 2 * readBy);
  while (!cas.isComplete || cas.waits > 0) {
    if (!cas.isComplete) {
      await leader.attempt(() => stageCas(input, ca, run));
      readBy = workflowInfo().historyLength;
    }
    leader.show();
    await condition(() => cas.waits === 0 || !cas.isComplete || isToGoOn());
    if (cas.waits > 0 && isToGoOn()) await leader.handOver();
  }
}

/**
 * A look at the mesh. Undefined where something staged is to be made before it: a look before has failed, or this one
 * for want of it.
 */
export async function onceMade<T>(
  { ca }: Pick<RotationInput, 'ca'>,
  { cas }: RotationRun,
  look: () => Promise<T>,
): Promise<T | undefined> {
  if (issuedCaOf(ca) !== undefined && !cas.isComplete) return undefined;
  try {
    return await look();
  } catch (error) {
    if (stopReason(error, now())?.code === 'STAGED_SET_MISSING' && cas.lacks()) return undefined;
    throw error;
  }
}

import { allHandlersFinished, condition, sleep, workflowInfo } from '@temporalio/workflow';
import type { AppliedCommands } from './applied-commands.ts';

/**
 * Until every command is answered and the answers are out. One that is given in the very task that ends the run is
 * lost where the server refuses that task, as it does where an activity or a signal has come meanwhile.
 */
export async function lastAnswers(applied: Pick<AppliedCommands, 'answeredAt'>): Promise<void> {
  await condition(allHandlersFinished);
  while (applied.answeredAt === workflowInfo().historyLength) {
    await sleep('100 milliseconds', { summary: 'until the last answer is out' });
    await condition(allHandlersFinished);
  }
}

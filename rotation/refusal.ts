import { answerTo, type CommandName } from './commands.ts';
import type { RetryRequest } from './messages.ts';
import type { RotationProgress } from './progress.ts';
import { stoppedClusters } from './reports.ts';

/** Why a command cannot be carried out now; undefined where it can. */
export function refusalOf(
  progress: RotationProgress,
  command: CommandName,
  request: RetryRequest = {},
): string | undefined {
  const { digest, state } = progress;
  if (request.digest !== undefined && request.digest !== digest) {
    return `the rotation has moved on: digest is ${digest}, the command was decided upon ${request.digest}`;
  }
  const answer = answerTo(command, state);
  if ('refused' in answer) return answer.refused;
  return command === 'retry' ? nothingStopped(progress, request) : undefined;
}

function nothingStopped(progress: RotationProgress, request: RetryRequest): string | undefined {
  if (progress.stopped !== undefined && request.cluster === undefined) return undefined;
  if (stoppedClusters(progress, request).length > 0) return undefined;
  return request.cluster === undefined ? 'nothing is stopped' : `cluster ${request.cluster} is not stopped`;
}

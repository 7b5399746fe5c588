import { answers, answerTo, type CommandName } from './commands.ts';
import { hasEnded } from './course.ts';
import type { RetryRequest } from './messages.ts';
import type { RotationProgress } from './progress.ts';
import { stoppedClusters } from './reports.ts';
import type { PlanPolicy } from './wanted.ts';

/** Of one that has come to its goal, and stands still since it could not dispose of what it has staged. */
const completed =
  'it has completed, and only disposes of staged keys: end that by retry or abort, then rotation rollback … -f FILE starts the way back';

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
  if (command === 'retry' && mayLookAgain(progress, request)) return undefined;
  const answer = answerTo(command, state);
  if ('refused' in answer) return answer.refused;
  if (command === 'rollback') return noWayBack(progress);
  return command === 'retry' ? nothingStopped(progress, request) : undefined;
}

/** While certificates are awaited it lets the mesh be looked at again, of which a unit may be no more. */
function mayLookAgain({ awaiting, state }: RotationProgress, { cluster }: RetryRequest): boolean {
  return awaiting !== undefined && cluster === undefined && (state === 'observing' || state === 'running');
}

/**
 * A rotation that is stopped or paused on its way back is on its way back all the same, and one that is before its
 * first plan has written nothing.
 */
function noWayBack({ rollsBack, phases, state, disposing }: RotationProgress): string | undefined {
  if (hasEnded({ state })) return undefined;
  if (disposing === true) return completed;
  if (rollsBack === undefined && phases.length > 0) return undefined;
  const answer = answers.rollback[rollsBack === undefined ? 'observing' : 'rollingBack'];
  return 'refused' in answer ? answer.refused : undefined;
}

/**
 * Invariant 8, as far as it is known before the mesh is looked at: the roots that a rollback would bring back, and
 * why one of them must not come. `at` is ISO 8601.
 */
export function bannedRoot(
  { kind, from, to }: Pick<RotationProgress, 'kind' | 'from' | 'to'>,
  { compromised }: Pick<PlanPolicy, 'compromised'>,
  at: string,
): string | undefined {
  if (kind === 'intermediate') return undefined;
  const stays = new Set(to.map(({ fingerprint }) => fingerprint));
  for (const { fingerprint, subject, notAfter } of from) {
    if (stays.has(fingerprint)) continue;
    if (compromised.includes(fingerprint)) return `${subject} is marked compromised and must never come back`;
    if (Date.parse(notAfter) <= Date.parse(at)) return `${subject} has expired and must never come back`;
  }
  return undefined;
}

function nothingStopped(progress: RotationProgress, request: RetryRequest): string | undefined {
  if (progress.stopped !== undefined && request.cluster === undefined) return undefined;
  if (stoppedClusters(progress, request).length > 0) return undefined;
  return request.cluster === undefined ? 'nothing is stopped' : `cluster ${request.cluster} is not stopped`;
}

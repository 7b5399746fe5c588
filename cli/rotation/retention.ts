import { Problem } from '../../problems/problem.ts';
import type { Context } from '../context.ts';

const secondsPerDay = 86_400;

/**
 * What a start would be refused with, told by a plan: the namespace forgets before the rotation can be reported on.
 * Asked only where it is said which Temporal is meant: a plan needs none, and does not wait for one that is away.
 */
export async function retentionWarning(
  { env, namespace }: Context,
  expectedSeconds: number,
): Promise<readonly string[]> {
  if (env['TEMPORAL_ADDRESS'] === undefined && env['TEMPORAL_PROFILE'] === undefined) return [];
  try {
    await (await namespace()).verifyRetention(expectedSeconds / secondsPerDay);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code !== 'RETENTION_TOO_SHORT') return [];
    return [`! ${error.message}   [${error.code}]`, `    a start is refused until then: ${error.hint}`];
  }
}

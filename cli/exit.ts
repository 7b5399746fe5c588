import { codes } from '../problems/registry.ts';
import { Problem } from '../problems/problem.ts';

/** The exit codes that are no problem's. */
export const exit = {
  ok: 0,
  failed: 1,
  planHasChanges: 2,
  pending: 8,
  foundProblems: 79,
  interrupted: 130,
} as const;

export function exitCodeOf(error: unknown): number {
  return error instanceof Problem ? codes[error.code].exit : exit.failed;
}

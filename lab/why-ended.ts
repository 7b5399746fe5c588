import { endOf } from '../worker/last-lines.ts';

/** Why a program has failed, by the end of what it printed on stderr, or by the error itself where that is nothing. */
export function whyEnded(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const printed = 'stderr' in error ? String(error.stderr) : '';
  return printed === '' ? error.message : endOf(printed);
}

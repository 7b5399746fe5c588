import { endOf } from '../worker/last-lines.ts';
import { ProgramFailed } from '../worker/run-tied.ts';

/** Why a program has failed, by the end of what it printed on stderr, or by the error itself where that is nothing. */
export function whyEnded(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // One that was ended said nothing of that.
  if (error instanceof ProgramFailed && error.exitCode === null) return error.message;
  const printed = error instanceof ProgramFailed ? error.stderr : '';
  return printed === '' ? error.message : endOf(printed);
}

import { ProgramFailed } from '../../worker/run-tied.ts';
import { whyEnded } from '../why-ended.ts';

/** A shell's, where there is no such program. */
const notFound = 127;

/** Why a program has not told what it was asked, run by a shell of PATH, which may itself not be there. */
export function whyNotRun(program: string, error: unknown): string {
  const isMissing = error instanceof ProgramFailed ? error.exitCode === notFound : isNoShell(error);
  return isMissing ? `no ${program} on PATH` : whyEnded(error);
}

function isNoShell(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

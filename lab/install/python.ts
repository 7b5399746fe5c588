import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Problem } from '../../problems/problem.ts';
import { whyEnded } from '../why-ended.ts';

const run = promisify(execFile);

/** Throws LAB_PYTHON_MISSING unless there is a Python 3 with pip, which fetches wheels. */
export async function requirePip(): Promise<void> {
  try {
    await run('python3', ['-m', 'pip', '--version']);
  } catch (error) {
    const found = whyNot(error);
    throw new Problem(
      'LAB_PYTHON_MISSING',
      { object: 'python3', expected: 'Python 3 with pip', found },
      { cause: error },
    );
  }
}

function whyNot(error: unknown): string {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isMissing ? 'no python3 on PATH' : whyEnded(error);
}

import { Problem } from '../../problems/problem.ts';
import { runTied } from '../../worker/run-tied.ts';
import { whyNotRun } from './why-not-run.ts';

const limitMs = 60_000;

/** Throws LAB_PYTHON_MISSING unless there is a Python 3 with pip, which fetches wheels, and the signal's reason. */
export async function requirePip(signal: AbortSignal): Promise<void> {
  try {
    await runTied(['python3', '-m', 'pip', '--version'], { signal, limitMs });
  } catch (error) {
    signal.throwIfAborted();
    const found = whyNotRun('python3', error);
    throw new Problem(
      'LAB_PYTHON_MISSING',
      { object: 'python3', expected: 'Python 3 with pip', found },
      { cause: error },
    );
  }
}

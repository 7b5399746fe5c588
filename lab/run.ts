import { exit, exitCodeOf } from '../cli/exit.ts';
import { interruption } from '../cli/interruption.ts';
import { renderError } from '../cli/render/problem.ts';

/** Runs a command of the lab in this process: an error goes to stderr, a signal ends it with 130 once all is put away. */
export async function run(command: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = interruption(process);
  try {
    await command(signal);
  } catch (error) {
    if (signal.aborted) {
      process.exitCode = exit.interrupted;
    } else {
      process.stderr.write(renderError(error));
      process.exitCode = exitCodeOf(error);
    }
  }
}

import { exit, exitCodeOf } from '../cli/exit.ts';
import { interruption } from '../cli/interruption.ts';
import { renderError } from '../cli/render/problem.ts';
import { isAbortion } from '../worker/is-abortion.ts';

/** Runs a command of the lab in this process: an error goes to stderr, a signal ends it with 130 once all is put away. */
export async function run(command: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = interruption(process);
  try {
    await command(signal);
  } catch (error) {
    // What goes wrong on the way out, such as keys that stay behind, is no word less worth.
    if (!signal.aborted || !isAbortion(error)) process.stderr.write(renderError(error));
    process.exitCode = signal.aborted ? exit.interrupted : exitCodeOf(error);
  }
}

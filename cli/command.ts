import { buildCommand, type Command, type CommandFunction, type TypedCommandParameters } from '@stricli/core';
import type { Context } from './context.ts';
import { exit, exitCodeOf } from './exit.ts';
import { problemIn } from './problem-in.ts';
import { renderError } from './render/problem.ts';

type Flags = Readonly<Record<string, unknown>>;

interface CommandSpec<F extends Flags, A extends readonly unknown[]> {
  readonly brief: string;
  /** What follows the command's name in an example, and what the example does: the first lines of its help. */
  readonly examples: readonly (readonly [input: string, does: string])[];
  readonly parameters: TypedCommandParameters<F, A, Context>;
  /**
   * Resolves with the exit code. What it throws is shown on stderr and decides the code; the reason of the
   * context's `interrupted` is no error: the code is 130 and nothing is shown.
   */
  readonly run: (context: Context, flags: F, ...args: A) => Promise<number>;
}

/** A command whose errors are rendered in one place. */
export function command<F extends Flags, A extends readonly unknown[] = []>(
  spec: CommandSpec<F, A>,
): Command<Context> {
  const func: CommandFunction<F, A, Context> = async function (flags, ...args) {
    try {
      this.process.exitCode = await spec.run(this, flags, ...args);
    } catch (error) {
      if (this.interrupted.aborted && error === this.interrupted.reason) {
        this.process.exitCode = exit.interrupted;
        return;
      }
      const shown = problemIn(error);
      this.process.stderr.write(renderError(shown));
      if (this.env['MESHTURN_DEBUG'] === '1' && error instanceof Error) {
        this.process.stderr.write(`${error.stack ?? ''}\n`);
      }
      this.process.exitCode = exitCodeOf(shown);
    }
  };
  return buildCommand<F, A, Context>({
    func,
    parameters: spec.parameters,
    docs: {
      brief: spec.brief,
      customUsage: spec.examples.map(([input, does]) => ({ input, brief: does })),
    },
  });
}

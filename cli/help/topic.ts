import { buildCommand, type Command } from '@stricli/core';
import type { Context } from '../context.ts';

/** A page of help as a command. */
export function topic(brief: string, text: string): Command<Context> {
  return buildCommand({
    func(this: Context) {
      this.process.stdout.write(text);
    },
    parameters: {},
    docs: { brief },
  });
}

import { command } from '../command.ts';
import { meshArgument, timeoutFlag } from '../flags.ts';
import type { MeshName } from '../rotations.ts';
import { watchRotation } from './watching.ts';

type Flags = Readonly<{
  output: 'text' | 'jsonl';
  timeout?: number;
}>;

export const watch = command<Flags, [MeshName]>({
  brief: 'Follow a rotation until it ends; Ctrl-C detaches, and the rotation goes on',
  examples: [
    ['prod/payments', 'prints one line for every change'],
    ['prod/payments -o jsonl', 'prints every state as a JSON document (schema meshturn.rotation/v1)'],
  ],
  parameters: {
    flags: {
      output: {
        kind: 'enum',
        values: ['text', 'jsonl'],
        default: 'text',
        brief: 'What stdout gets',
      },
      timeout: timeoutFlag,
    },
    aliases: { o: 'output' },
    positional: meshArgument,
  },
  async run(context, { output, timeout }, name) {
    const rotations = await context.rotations();
    return watchRotation(context, { name, rotations, output, timeout });
  },
});

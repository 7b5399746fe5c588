import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { meshArgument } from '../flags.ts';
import { type MeshName } from '../rotations.ts';

type Flags = Readonly<{ cluster?: string; reason?: string }>;

export const retry = command<Flags, [MeshName]>({
  brief: 'Go on with what is stopped, after the cause has been mended',
  examples: [
    ['prod/payments', 'goes on with every stopped cluster'],
    ['prod/payments --cluster aks-eus-1', 'goes on with one'],
  ],
  parameters: {
    flags: {
      cluster: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Only this cluster',
        placeholder: 'NAME',
      },
      reason: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'What was mended; kept with the rotation',
        placeholder: 'TEXT',
      },
    },
    positional: meshArgument,
  },
  async run({ process, rotations }, { cluster, reason }, name) {
    const server = await rotations();
    await server.retry(name, {
      ...(cluster === undefined ? {} : { cluster }),
      ...(reason === undefined ? {} : { reason }),
    });
    const mesh = `${name.fleet}/${name.mesh}`;
    process.stderr.write(`${mesh} goes on${cluster === undefined ? '' : ` in ${cluster}`}.\n`);
    process.stderr.write(`Watch it: meshturn rotation watch ${mesh}\n`);
    return exit.ok;
  },
});

import { loadFleet } from '../fleet/load.ts';
import { command } from './command.ts';
import { exit } from './exit.ts';
import { fileFlag } from './flags.ts';

type Flags = Readonly<{ file: readonly string[]; reach?: readonly string[] }>;

export const worker = command<Flags>({
  brief: 'Run the rotations of some fleets until SIGTERM or Ctrl-C; another worker goes on with them',
  examples: [
    ['-f prod.yaml', 'takes everything of fleet prod'],
    ['-f prod.yaml --reach dmz', 'only reaches clusters whose entry says reach: dmz'],
  ],
  parameters: {
    flags: {
      file: { ...fileFlag, variadic: true },
      reach: {
        kind: 'parsed',
        parse: String,
        variadic: true,
        optional: true,
        brief: 'Take only what must reach the clusters of this group',
        placeholder: 'GROUP',
      },
    },
    aliases: { f: 'file' },
  },
  async run({ process, runWorker }, { file, reach = [] }) {
    const fleets = await Promise.all(file.map((path) => loadFleet(path)));
    const names = fleets.map(({ name }) => name).join(', ');
    process.stderr.write(`Connecting to Temporal for ${names}.\n`);
    await runWorker({ fleets, ...(reach.length === 0 ? {} : { reach }) }, () =>
      process.stderr.write(`Working for ${names} until Ctrl-C.\n`),
    );
    return exit.ok;
  },
});

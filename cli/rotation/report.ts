import { loadFleet } from '../../fleet/load.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { fileFlag, meshArgument } from '../flags.ts';
import { renderReport } from '../render/report.ts';
import { gather } from '../report/gather.ts';
import type { MeshName } from '../rotations.ts';
import { meshNamed } from './plan-flags.ts';
import { json } from '../render/json.ts';

type Flags = Readonly<{ file?: string; rotation?: string; output: 'md' | 'json' }>;

export const report = command<Flags, [MeshName]>({
  brief: 'Tell what a rotation changed, when, by whose command, and how each step was proven',
  examples: [
    ['prod/payments -f prod.yaml', 'tells it of the newest rotation, from its evidence and its run'],
    ['prod/payments -f prod.yaml --rotation r-0a1b2c3d > report.md', 'keeps it of that one as a file'],
  ],
  parameters: {
    flags: {
      file: { ...fileFlag, optional: true, brief: 'The fleet file, which says where evidence is kept' },
      rotation: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Of this rotation, not the newest',
        placeholder: 'ID',
      },
      output: { kind: 'enum', values: ['md', 'json'], default: 'md', brief: 'What stdout gets' },
    },
    aliases: { f: 'file', o: 'output' },
    positional: meshArgument,
  },
  async run({ process, rotations, evidence, now }, { file, rotation, output }, name) {
    const fleet = file === undefined ? undefined : await loadFleet(file);
    if (fleet !== undefined) meshNamed(fleet, name);
    const reader = fleet && (await evidence(fleet));
    const told = await gather({ name, rotationId: rotation, reader, rotations, at: now() });
    process.stdout.write(output === 'json' ? json(told) : renderReport(told));
    for (const { place, lacks } of [told.sources.store, told.sources.live]) {
      if (lacks !== undefined) process.stderr.write(`Without ${place}: ${lacks}\n`);
    }
    return exit.ok;
  },
});

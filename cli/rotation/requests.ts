import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadFleet } from '../../fleet/load.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { fileFlag } from '../flags.ts';
import { meshOf, planFlags, quoted } from './plan-flags.ts';

type Flags = Readonly<{ file: string; mesh?: string; out: string }>;

export const requests = command<Flags>({
  brief: 'Write the requests for certificates that a rotation waits for, to be signed elsewhere',
  examples: [['-f prod.yaml --mesh payments --out ./requests', 'writes a request for each cluster']],
  parameters: {
    flags: {
      file: fileFlag,
      mesh: planFlags.mesh,
      out: {
        kind: 'parsed',
        parse: String,
        brief: 'The folder to write them to, as UNIT.csr; made where there is none',
        placeholder: 'DIR',
      },
    },
    aliases: { f: 'file', m: 'mesh' },
  },
  async run({ process, rotations }, { file, mesh: named, out }) {
    const fleet = await loadFleet(file);
    const mesh = meshOf(fleet, named);
    const found = await (await rotations()).requests({ fleet: fleet.name, mesh: mesh.name });
    const { requests: waiting, staging } = found;
    if (waiting.length === 0 && !staging) {
      process.stderr.write(`${fleet.name}/${mesh.name} waits for no certificate.\n`);
      return exit.ok;
    }
    await mkdir(out, { recursive: true });
    for (const { unit, csr } of waiting) {
      const path = join(out, `${unit}.csr`);
      await writeFile(path, csr);
      process.stdout.write(`${path}\n`);
    }
    if (staging) {
      process.stderr.write('Keys of other clusters are still being made: ask again for their requests.\n');
      return exit.pending;
    }
    process.stderr.write(
      [
        'Have them signed as they are, each as a CA with pathlen:0, where the root’s key is:',
        `  meshturn ca sign ${quoted(out)} --root ROOT-DIR --out DIR`,
        'and bring what comes of it:',
        `  meshturn rotation submit -f ${quoted(file)} --mesh ${mesh.name} DIR\n`,
      ].join('\n'),
    );
    return exit.ok;
  },
});

import { join } from 'node:path';
import { loadFleet } from '../../fleet/load.ts';
import type { TakenCertificate } from '../../rotation/requests.ts';
import { folder } from '../ca/make-flags.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { fileFlag, outputFlag } from '../flags.ts';
import { json } from '../render/json.ts';
import type { MeshName } from '../rotations.ts';
import { meshOf, planFlags, quoted } from './plan-flags.ts';
import { tellStop } from './stands-still.ts';
import { type WrittenRequest, writeRequests } from './write-requests.ts';

/** What `rotation requests -o json` prints. Additive changes only. */
export interface RequestsDocument extends MeshName {
  readonly schema: 'meshturn.requests/v1';
  /** Those that wait. */
  readonly requests: readonly WrittenRequest[];
  /** Those whose certificate was brought. */
  readonly taken: readonly TakenCertificate[];
  /** True where more will come: keys are still being made. */
  readonly staging: boolean;
}

type Flags = Readonly<{ file: string; mesh?: string; out: string; output: 'text' | 'json' }>;

export const requests = command<Flags>({
  brief: 'Write the requests for certificates that a rotation waits for, to be signed elsewhere',
  examples: [['-f prod.yaml --mesh payments --out ./requests', 'writes a request for each cluster']],
  parameters: {
    flags: {
      file: fileFlag,
      mesh: planFlags.mesh,
      out: {
        kind: 'parsed',
        parse: folder('--out'),
        brief: 'The folder to write them to, as MESH/UNIT.csr; nothing in it is written over',
        placeholder: 'DIR',
      },
      output: outputFlag,
    },
    aliases: { f: 'file', m: 'mesh', o: 'output' },
  },
  async run(context, { file, mesh: named, out, output }) {
    const { stdout, stderr } = context.process;
    const fleet = await loadFleet(file);
    const name = { fleet: fleet.name, mesh: meshOf(fleet, named).name };
    const { staging, stopped, taken, ...found } = await (await context.rotations()).requests(name);
    // Units of two meshes may have one name.
    const into = join(out, name.mesh);
    const waiting = await writeRequests(into, found.requests);
    const document = { schema: 'meshturn.requests/v1', ...name, requests: waiting, taken, staging } as const;
    if (output === 'json') stdout.write(json(document satisfies RequestsDocument));
    else for (const one of waiting) stdout.write(`${one.file}\n`);
    if (stopped !== undefined) return tellStop(context, name, stopped);
    if (staging) {
      stderr.write('Keys of other clusters are still being made: ask again for their requests.\n');
      return exit.pending;
    }
    stderr.write(
      waiting.length === 0
        ? `${name.fleet}/${name.mesh} waits for no certificate.\n`
        : `Have them signed where the key of the root is, and bring what comes of it:
  meshturn ca sign ${quoted(into)} --root DIR --out ./signed
  meshturn rotation submit -f ${quoted(file)} --mesh ${name.mesh} ./signed\n`,
    );
    return exit.ok;
  },
});

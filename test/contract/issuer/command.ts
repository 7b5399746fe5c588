import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyPem, makeRoot } from '../../../pki/make.ts';
import type { IssuerWorld } from './world.ts';

const program = fileURLToPath(new URL('signing-program.ts', import.meta.url));

/** A program that has the root's key, and is all that knows of it. */
export async function openCommand(): Promise<IssuerWorld> {
  const root = makeRoot({ commonName: 'Root B', organization: 'Test', keyType: 'rsa-2048' });
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-command-'));
  await writeFile(join(folder, 'root-cert.pem'), root.cert.pem);
  await writeFile(join(folder, 'root-key.pem'), keyPem(root.key), { mode: 0o600 });
  return {
    root: root.cert,
    issuer: { kind: 'command', run: [process.execPath, program, folder], folder, timeout: 60, env: [] },
    close: () => Promise.resolve(),
  };
}

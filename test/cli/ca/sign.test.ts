import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { octets, oid, sequence, tagged, taggedBytes, type Node } from '../../../pki/asn1.ts';
import { keyPem } from '../../../pki/make.ts';
import { extension } from '../../pki/corpus/extension.ts';
import { make } from '../../pki/corpus/made.ts';
import { session } from '../session.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'meshturn-sign-'))));
afterEach(() => rm(folder, { recursive: true }));

const at = (...parts: string[]): string => join(folder, ...parts);
const run = (line: string) =>
  session(
    line.split(' ').map((word) => word.replace(/^DIR\b/, folder)),
    { at: new Date() },
  );

/** A root that no command would make. */
async function writeRoot(...extensions: readonly Node[]): Promise<void> {
  const { pem, key } = make({ name: 'Root', extensions });
  await mkdir(at('root'));
  await writeFile(at('root', 'root-cert.pem'), pem);
  await writeFile(at('root', 'root-key.pem'), keyPem(key), { mode: 0o600 });
}

const codeSigning = sequence(oid('1.3.6.1.5.5.7.3.3'));
const ofDirectories = sequence(tagged(1, sequence(tagged(4, sequence()))));

describe('meshturn ca sign', () => {
  it.each([
    ['that signs programs', extension('2.5.29.37', false, codeSigning), 'PURPOSE_UNFIT'],
    [
      'with an extension that nobody knows',
      extension('1.2.3.4', true, octets(Buffer.of(1))),
      'EXTENSION_UNKNOWN',
    ],
    [
      'with constraints that Go does not know',
      extension('2.5.29.30', true, ofDirectories),
      'EXTENSION_UNKNOWN',
    ],
  ])('signs nothing with a root %s', async (_, odd, code) => {
    await writeRoot(odd);
    await run('ca request aks-weu-1 --out DIR/new');
    const ran = await run('ca sign DIR/new --root DIR/root --out DIR/signed');
    expect(ran).toMatchObject({ exit: 65, stdout: '' });
    expect(ran.stderr).toContain(`[${code}]`);
    expect(await readdir(folder)).toEqual(['new', 'root']);
  });

  it('takes a root that is in use already as it was made', async () => {
    await writeRoot(extension('1.2.3.4', true, octets(Buffer.of(1))));
    await run('ca request aks-weu-1 --out DIR/new');
    const ran = await run('ca sign DIR/new --root DIR/root --root-in-use --out DIR/signed');
    expect(ran).toMatchObject({ exit: 0 });
  });

  it('signs with a root that another program made', async () => {
    await writeRoot(extension('2.5.29.18', false, sequence(taggedBytes(2, Buffer.from('ca.example')))));
    await run('ca request aks-weu-1 --out DIR/new');
    expect(await run('ca sign DIR/new --root DIR/root --out DIR/signed')).toMatchObject({ exit: 0 });
  });
});

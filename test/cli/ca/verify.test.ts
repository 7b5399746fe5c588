import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keyPem, makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { makeMeshCa, writeNewCa } from '../../../sim/new-ca.ts';
import { issuerOf, make } from '../../pki/corpus/made.ts';
import { now } from '../samples.ts';
import { expectDescribed } from '../schemas/committed.ts';
import { session } from '../session.ts';
import { transcript } from './transcript.ts';

const ca = makeMeshCa({ generation: 'B', units: ['aks-weu-1', 'aks-neu-1'], now });
const old = makeRoot({ commonName: 'Root A', organization: 'Istio', now });
const other = makeIntermediate({ issuer: ca.root, commonName: 'Other', now });
const ending = makeIntermediate({ issuer: ca.root, commonName: 'Ending', days: 10, now });
const certificates = {
  'root-a': old.cert,
  'root-b': ca.root.cert,
  b1: (ca.units.get('aks-weu-1') ?? other).cert,
  b2: (ca.units.get('aks-neu-1') ?? other).cert,
};

let folder: string;
let paths: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-verify-'));
  const fleets = fileURLToPath(new URL('../fleets', import.meta.url));
  paths = { DIR: folder, FLEETS: fleets };
  for (const name of ['root-b', 'spoilt']) await writeNewCa(join(folder, name), ca);
  const write = (name: string, content: string | Buffer) => writeFile(join(folder, name), content);
  await write('old.pem', old.cert.pem);
  await write('spoilt/root-cert.pem', ca.root.cert.pem.replaceAll('\n', '\r\n'));
  await write('spoilt/aks-weu-1/ca-key.pem', keyPem(other.key));
  await write('spoilt/aks-weu-1/cert-chain.pem', other.cert.pem);
  await rm(join(folder, 'spoilt/aks-neu-1/ca-key.pem'));
  await write('spoilt/aks-neu-1/root-cert.pem', old.cert.pem);
  await mkdir(join(folder, 'ending'));
  await write('ending/root-cert.pem', ca.root.cert.pem);
  await write('ending/ca-cert.pem', ending.cert.pem);
  await write('ending/ca-key.pem', keyPem(ending.key));
  await write('ending/cert-chain.pem', ending.cert.pem.trimEnd());
  await mkdir(join(folder, 'empty'));
});
afterAll(() => rm(folder, { recursive: true }));

const narrow = { terminal: { columns: 80, rows: 24 } };

describe('meshturn ca verify', () => {
  it.each([
    ['verify', 'ca verify DIR/root-b -f FLEETS/prod.yaml --mesh payments', {}],
    ['verify-80', 'ca verify DIR/root-b', narrow],
    ['verify-spoilt', 'ca verify DIR/spoilt', {}],
    ['verify-one-set', 'ca verify DIR/ending', {}],
    ['verify-leaves', 'ca verify DIR/ending --leaf-ttl 14d', {}],
    ['verify-in-use', 'ca verify DIR/root-b --in-use DIR/old.pem --istiod 1.29.2', {}],
    ['verify-empty', 'ca verify DIR/empty', {}],
    ['verify-missing', 'ca verify DIR/none', {}],
    ['verify-two-ways', 'ca verify DIR/root-b -f FLEETS/prod.yaml --trust-domain cluster.local', {}],
    ['verify-istiod-alone', 'ca verify DIR/root-b --istiod 1.29.2', {}],
  ])('answers as in %s', async (name, commandLine, world) => {
    await transcript(name, commandLine, { world, certificates, paths });
  });

  it('describes what it found by its schema, sound or not', async () => {
    const codesIn = async (name: string) => {
      const { stdout } = await session(['ca', 'verify', join(folder, name), '-o', 'json']);
      const set = z.looseObject({ findings: z.array(z.looseObject({ code: z.string() })) });
      const { sets } = z.looseObject({ sets: z.array(set) }).parse(expectDescribed(stdout));
      return sets.map(({ findings }) => findings.map(({ code }) => code));
    };
    expect(await codesIn('root-b')).toEqual([[], []]);
    expect(await codesIn('spoilt')).toEqual([
      ['NEW_CA_FILE_MISSING', 'PATH_BROKEN', 'NEW_CA_ROOT_DIFFERS'],
      ['CRLF_IN_PEM', 'KEY_MISMATCH', 'CHAIN_LACKS_CERTIFICATE'],
    ]);
  });

  it.each([
    ['banana', 64],
    ['', 64],
    ['1', 64],
    ['1.30.3 ', 64],
    ['1.29', 79],
    ['1.29.2', 79],
    ['v1.29.2-distroless', 79],
    ['1.30.3', 79],
    ['1.31-alpha.0f1e2d', 79],
  ])('ends --istiod %j with exit code %i', async (version, code) => {
    const inUse = ['--in-use', join(folder, 'old.pem')];
    const ran = await session(['ca', 'verify', join(folder, 'root-b'), ...inUse, '--istiod', version]);
    expect(ran.exit).toBe(code);
    if (code === 64) expect(ran.stderr).toContain('--istiod: ');
  });

  it('names a serial number that two clusters share', async () => {
    const above = make({ name: 'Root' });
    const serial = Buffer.alloc(16, 0x55);
    await mkdir(join(folder, 'twins'));
    await writeFile(join(folder, 'twins', 'root-cert.pem'), above.pem);
    for (const name of ['one', 'two']) {
      const { cert, key } = issuerOf(make({ name, issuer: above, serial }));
      await mkdir(join(folder, 'twins', name));
      const files = { 'ca-cert.pem': cert.pem, 'ca-key.pem': keyPem(key), 'cert-chain.pem': cert.pem };
      for (const [file, text] of Object.entries(files))
        await writeFile(join(folder, 'twins', name, file), text);
    }
    const { stdout, exit } = await session(['ca', 'verify', join(folder, 'twins')], { at: new Date() });
    expect(exit).toBe(79);
    expect(stdout.match(/SERIAL_REPEATED/g)).toHaveLength(2);
  });

  it('prints no part of a private key', async () => {
    const lines = [...ca.units.values(), other].flatMap(({ key }) => keyPem(key).split('\n').slice(1, 3));
    for (const name of ['root-b', 'spoilt']) {
      for (const output of ['text', 'json']) {
        const ran = await session(['ca', 'verify', join(folder, name), '-o', output]);
        for (const line of lines) expect(ran.stdout + ran.stderr).not.toContain(line);
      }
    }
  });
});

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PrivateKey } from '../../../activities/private-key.ts';
import { createSourceActivities } from '../../../activities/source-activities.ts';
import { parseCertificate } from '../../../pki/certificate.ts';
import { keyPem } from '../../../pki/make.ts';
import { make } from '../../pki/corpus/made.ts';
import { a, openBench, refOf, unit, type Bench } from '../key-vault/bench.ts';

const rotationId = 'rot-1';
const ref = { fleet: 'prod', mesh: 'payments', unit, controlPlanes: [unit] };
const root = make({ name: 'Root B' });
const weak = make({ name: 'Signed by SHA-1', issuer: root, hash: 'sha1', pathLength: 0 });
const cert = parseCertificate(weak.pem, 'a test');

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  const key = new PrivateKey(keyPem(weak.key));
  await bench.source.staging.put({ rotationId }, { key, ca: { cert, chain: [cert], key } });
});
afterEach(() => bench.close());

it('is checked as a new CA whenever it is read, be it to plan or to write', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'meshturn-staged-'));
  await writeFile(join(directory, 'root-cert.pem'), root.pem);
  const ca = { kind: 'root', directory, issuer: 'offline' } as const;
  const { inspectCa, writeSource } = createSourceActivities({
    sources: { of: () => Promise.resolve(bench.source) },
    names: { namesOf: () => ({ trustDomain: 'cluster.local' }) },
  });
  await expect(inspectCa({ ...ref, ca, units: [ref], rotationId })).rejects.toMatchObject({
    code: 'SIGNATURE_WEAK',
    message: expect.stringContaining(`the new CA of ${unit}`) as string,
  });
  const { fingerprint } = parseCertificate(root.pem, 'a test');
  const write = { roots: [a.root, fingerprint], chain: [cert.fingerprint], signer: cert.fingerprint };
  const from = { roots: [a.root], signer: a.signer };
  const before = bench.vault.requests.count('PUT');
  await expect(writeSource({ ...refOf('replace-all', rotationId), write, ca, from })).rejects.toMatchObject({
    message: expect.stringContaining('SHA-1') as string,
  });
  expect(bench.vault.requests.count('PUT')).toBe(before);
});

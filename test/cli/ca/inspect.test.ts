import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Inspector } from '../../../activities/inspect/inspector.ts';
import type { Seeing } from '../../../activities/inspect/seen.ts';
import { issueLeaf, keyPem, makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { Problem } from '../../../problems/problem.ts';
import type { SeenCluster } from '../../../rotation/trusting.ts';
import { makeMeshCa, writeNewCa } from '../../../sim/new-ca.ts';
import { expectDescribed } from '../schemas/committed.ts';
import { now } from '../samples.ts';
import { session } from '../session.ts';
import { transcript } from './transcript.ts';

const day = 24 * 3600 * 1000;
const ca = makeMeshCa({ generation: 'B', units: ['aks-weu-1', 'aks-neu-1'], now });
const old = makeRoot({
  commonName: 'Root A',
  organization: 'Istio',
  days: 10,
  now: new Date(now.getTime() - 30 * day),
});
const issuer = ca.units.get('aks-weu-1') ?? ca.root;
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spiffeId = 'spiffe://payments.example.com/ns/shop/sa/cart';
const leaf = issueLeaf({ issuer, publicKey, spiffeId, ttlMs: day, now });
const other = makeIntermediate({ issuer: ca.root, commonName: 'Other', now });
const certificates = {
  'root-b': ca.root.cert,
  'root-a': old.cert,
  b1: issuer.cert,
  b2: (ca.units.get('aks-neu-1') ?? ca.root).cert,
  leaf,
};

let folder: string;
let paths: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-inspect-'));
  paths = { DIR: folder };
  await writeNewCa(join(folder, 'root-b'), ca);
  await writeNewCa(join(folder, 'spoilt'), ca);
  const write = (name: string, content: string | Buffer) => writeFile(join(folder, name), content);
  await write('spoilt/root-cert.pem', ca.root.cert.der);
  await write('spoilt/aks-weu-1/ca-key.pem', keyPem(other.key));
  await write('spoilt/aks-weu-1/root-cert.pem', ca.root.cert.pem);
  await write('spoilt/aks-neu-1/root-cert.pem', `Root B\n${ca.root.cert.pem.replaceAll('\n', '\r\n')}`);
  await write('bundle.pem', old.cert.pem + ca.root.cert.pem);
  await write('chain.pem', leaf.pem + issuer.cert.pem);
  await write(
    'store.p12',
    Buffer.from('3082000002010330820000 06092a864886f70d010701'.replace(' ', ''), 'hex'),
  );
  await write('empty.pem', '');
});
afterAll(() => rm(folder, { recursive: true }));

const narrow = { columns: 80, rows: 24 };
const wide = { columns: 200, rows: 50 };
const row = z.object({ resourceName: z.string(), serialNumber: z.string(), fingerprint: z.string() });
const described = async (...words: string[]) => {
  const { stdout } = await session(['ca', 'inspect', ...words, '-o', 'json']);
  const { places } = expectDescribed(stdout);
  return z.array(z.looseObject({ rows: z.array(row) })).parse(places);
};

const fingerprintOf = (name: 'root-a' | 'root-b' | 'b1' | 'b2') => certificates[name].fingerprint;

/** Two clusters in the middle of distribute; one of the third cannot be seen. */
function halfWay(): Inspector {
  const seen = (
    cluster: string,
    roots: readonly string[],
    signer: string,
    trusting: number,
  ): SeenCluster => ({
    cluster,
    source: { roots, signer },
    istiods: ['0', '1'].map((pod) => ({
      ...{ cluster, pod: `istiod-${pod}`, revision: 'default', version: '1.30.3' },
      serves: { roots, signer },
    })),
    workloads: {
      ...{ cluster, proxies: 40, unreadable: 0, longestLeafTtlSeconds: 86_400, ambient: false },
      trust: [
        { roots: [fingerprintOf('root-a')], count: 40 - trusting },
        { roots: [fingerprintOf('root-a'), fingerprintOf('root-b')], count: trusting },
      ],
      leaves: [{ signer, root: fingerprintOf('root-a'), count: 40, latestNotAfter: now.toISOString() }],
      secondPlane: [{ roots, count: 6 }],
    },
  });
  const both = [fingerprintOf('root-a'), fingerprintOf('root-b')];
  const looks: Readonly<Record<string, Seeing>> = {
    'aks-weu-1': { seen: seen('aks-weu-1', both, fingerprintOf('b1'), 40), unseen: [] },
    'aks-neu-1': { seen: seen('aks-neu-1', [fingerprintOf('root-a')], fingerprintOf('b2'), 3), unseen: [] },
  };
  const away = new Problem('CLUSTER_UNREACHABLE', { object: 'cluster aks-eus-1', found: 'ETIMEDOUT' });
  const none = () => Promise.reject(away);
  return {
    ...{ istiods: none, proxy: none, secret: none },
    source: (cluster) =>
      cluster === 'aks-eus-1'
        ? none()
        : Promise.resolve({
            ...{ kind: 'source', object: `secrets in https://kv-${cluster}.vault.azure.net`, cluster },
            holdings: [
              { name: 'root-cert', type: 'CA', status: 'STORED', certificate: certificates['root-a'] },
              { name: 'root-cert', type: 'CA', status: 'STORED', certificate: certificates['root-b'] },
            ],
            ...{ keys: [], findings: [], path: [] },
          }),
    see: (cluster) => Promise.resolve(looks[cluster] ?? { seen: { cluster, istiods: [] }, unseen: [away] }),
  };
}

describe('meshturn ca inspect', () => {
  it.each([
    ['mesh-80', narrow],
    ['mesh-200', wide],
  ])('says who trusts what, and what it could not see, as in %s', async (name, terminal) => {
    const world = { terminal, inspector: halfWay() };
    const fleets = fileURLToPath(new URL('../fleets', import.meta.url));
    await transcript(name, 'ca inspect -f FLEETS/prod.yaml --mesh payments', {
      ...{ world, certificates },
      paths: { FLEETS: fleets },
    });
  });

  it.each([
    ['new-ca', 'ca inspect DIR/root-b', undefined],
    ['new-ca-80', 'ca inspect DIR/root-b/aks-weu-1', narrow],
    ['new-ca-200', 'ca inspect DIR/root-b/aks-weu-1 DIR/root-b/root-cert.pem', wide],
    ['spoilt', 'ca inspect DIR/spoilt', undefined],
    ['bundle-80', 'ca inspect DIR/bundle.pem DIR/chain.pem', narrow],
    ['bundle-200', 'ca inspect DIR/bundle.pem DIR/chain.pem', wide],
    ['odd', 'ca inspect DIR/store.p12 DIR/empty.pem', undefined],
    ['missing', 'ca inspect DIR/root-c', undefined],
    ['nothing', 'ca inspect', undefined],
    ['two-places', 'ca inspect --source --istiod --context aks-weu-1', undefined],
    ['two-ways', 'ca inspect --source --context aks-weu-1 -f fleet.yaml', undefined],
    ['no-namespace', 'ca inspect --secret cacerts --context aks-weu-1', undefined],
    ['help', 'ca inspect --help', undefined],
  ])('answers as in %s', async (name, commandLine, terminal) => {
    const world = terminal === undefined ? {} : { terminal };
    await transcript(name, commandLine, { world, certificates, paths });
  });

  it('names certificates as openssl does', async () => {
    const path = join(folder, 'root-b/root-cert.pem');
    const [place] = await described(path);
    const [fingerprint, serial] = execFileSync('openssl', [
      ...['x509', '-noout', '-fingerprint', '-sha256', '-serial', '-in', path],
    ])
      .toString()
      .split('\n')
      .map((line) => line.replace(/.*=/, '').replaceAll(':', '').toLowerCase());
    expect(place?.rows).toMatchObject([{ fingerprint, serialNumber: serial }]);
  });

  it('describes what it found by its schema, sound or not', async () => {
    expect(await described(join(folder, 'root-b'))).toHaveLength(3);
    expect(await described(join(folder, 'spoilt'))).toHaveLength(3);
    expect(await described(join(folder, 'store.p12'), join(folder, 'chain.pem'))).toHaveLength(1);
  });

  it('prints no part of a private key', async () => {
    const lines = [...ca.units.values(), other].flatMap(({ key }) => keyPem(key).split('\n').slice(1, 3));
    for (const place of ['root-b', 'spoilt']) {
      for (const output of ['text', 'json']) {
        const ran = await session(['ca', 'inspect', join(folder, place), '-o', output]);
        for (const line of lines) expect(ran.stdout + ran.stderr).not.toContain(line);
      }
    }
  });
});

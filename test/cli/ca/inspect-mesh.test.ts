import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keyPem } from '../../../pki/make.ts';
import { istioNamespace } from '../../../sim/demo/istio-objects.ts';
import { buildFleet, type SimFleet } from '../../../sim/fleet.ts';
import { caFiles, makeMeshCa } from '../../../sim/new-ca.ts';
import { allow } from '../../support/allow.ts';
import { eventually } from '../../support/eventually.ts';
import { expectDescribed } from '../schemas/committed.ts';
import { session } from '../session.ts';

let folder: string;
let fleet: SimFleet;
const versionsBefore: string[] = [];

const west = 'aks-weu-1';
const other = makeMeshCa({ generation: 'B', units: [west] });

/** Every version of every object of every vault, and all that a cluster keeps and nobody but people changes. */
function stateOf(): string {
  return JSON.stringify(
    fleet.clusters.map(({ vault, mesh }) => [
      ['root-cert', 'ca-cert', 'ca-key', 'cert-chain'].map((name) => vault.store.versions(name).length),
      ['secrets', 'configmaps', 'serviceaccounts'].map((kind) =>
        mesh.cluster.store.list(kind).map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
      ),
    ]),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-inspect-'));
  fleet = buildFleet({ clusters: 2, seed: 7, settings: { leafTtl: 3_600_000, handshakesPerSecond: 1 } });
  await fleet.writeTo(folder);
  const { store } = cluster(west).mesh.cluster;
  const secret = (name: string, type: string, data: Record<string, string>) =>
    store.create('secrets', {
      ...{ apiVersion: 'v1', kind: 'Secret', type, metadata: { name, namespace: istioNamespace } },
      data: Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    });
  // A person may look at more than a worker needs.
  allow(store, 'inspect', { apiGroups: [''], resources: ['secrets'], verbs: ['get'] });
  const files = caFiles(other, west);
  secret('torn', 'Opaque', {
    'root-cert.pem': files.root,
    'ca-cert.pem': files.cert,
    'ca-key.pem': files.key,
    'cert-chain.pem': other.root.cert.pem,
  });
  secret('self-signed', 'istio.io/ca-root', {
    'ca-cert.pem': other.root.cert.pem,
    'ca-key.pem': keyPem(other.root.key),
    'cert-chain.pem': '',
    'root-cert.pem': '',
  });
  secret('by-cert-manager', 'kubernetes.io/tls', {
    'tls.crt': files.chain,
    'tls.key': files.key,
    'ca.crt': files.root,
  });
  await fleet.start();
  versionsBefore.push(stateOf());
});
afterAll(async () => {
  await fleet.stop();
  await rm(folder, { recursive: true });
});

function cluster(name: string) {
  const found = fleet.clusters.find(({ profile }) => profile.name === name);
  if (found === undefined) throw new Error(`expected a cluster ${name}`);
  return found;
}

const share = z.object({ count: z.number(), total: z.number() });
const document = z.object({
  places: z.array(
    z.object({
      kind: z.string(),
      object: z.string(),
      cluster: z.string().optional(),
      rows: z.array(
        z.object({
          resourceName: z.string(),
          type: z.string(),
          status: z.string(),
          validCert: z.boolean(),
          trustDomain: z.string().optional(),
          fingerprint: z.string(),
        }),
      ),
      keys: z.array(z.object({ name: z.string(), kind: z.string(), matches: z.array(z.string()) })),
      findings: z.array(z.object({ code: z.string() })),
      path: z.array(z.string()),
    }),
  ),
  certificates: z.array(z.object({ fingerprint: z.string(), subject: z.string(), role: z.string() })),
  trust: z
    .object({
      certificates: z.array(
        z.object({
          fingerprint: z.string(),
          ...{ bundles: share, signers: share, istiods: share, signing: share },
          ...{ proxies: share, leaves: share, secondPlane: share },
          clusters: z.array(z.object({ cluster: z.string(), proxies: share })),
        }),
      ),
      unseen: z.array(z.object({ code: z.string() })),
    })
    .optional(),
});

const mesh = () => ['-f', join(folder, 'fleet.yaml'), '--mesh', 'payments'];
const west1 = () => ['--kubeconfig', join(folder, 'kubeconfig'), '--context', west];

/** Runs it as a person does and as a script does; the document, held to its schema. */
async function inspect(...words: string[]) {
  const json = await session(['ca', 'inspect', ...words, '-o', 'json'], { at: new Date() });
  expect(json.stderr).not.toContain('error:');
  const { places, certificates, trust } = document.parse(expectDescribed(json.stdout));
  return { places, certificates, trust, exit: json.exit };
}

const text = async (...words: string[]) => session(['ca', 'inspect', ...words], { at: new Date() });
const rootA = () => fleet.ca.root.cert.fingerprint;
const signerOf = (name: string) => fleet.ca.units.get(name)?.cert.fingerprint ?? '';

describe('meshturn ca inspect, of a mesh', () => {
  it('shows the CA source of every cluster, and who trusts what is in it', async () => {
    const { places, trust, exit } = await inspect(...mesh());
    expect(exit).toBe(0);
    expect(places.map((place) => [place.kind, place.cluster])).toEqual([
      ['source', west],
      ['source', 'aks-neu-1'],
    ]);
    const [first] = places;
    expect(first?.rows.map(({ resourceName, type }) => [resourceName, type])).toEqual([
      ['root-cert', 'CA'],
      ['ca-cert', 'Cert Chain'],
      ['cert-chain', 'Cert Chain'],
      ['cert-chain', 'Cert Chain'],
    ]);
    expect(first?.keys).toEqual([{ name: 'ca-key', kind: 'EC P-256', matches: ['ca-cert'] }]);
    expect(first?.path).toEqual([signerOf(west), rootA()]);
    const told = trust?.certificates.find(({ fingerprint }) => fingerprint === rootA());
    expect(told).toMatchObject({
      bundles: { count: 2, total: 2 },
      istiods: { count: 4, total: 4 },
      proxies: { count: 20, total: 20 },
      leaves: { count: 20, total: 20 },
      clusters: [
        { cluster: west, proxies: { count: 10, total: 10 } },
        { cluster: 'aks-neu-1', proxies: { count: 10, total: 10 } },
      ],
    });
    expect(told?.secondPlane.count).toBe(told?.secondPlane.total);
    const signer = trust?.certificates.find(({ fingerprint }) => fingerprint === signerOf(west));
    expect(signer).toMatchObject({
      signers: { count: 1, total: 2 },
      signing: { count: 2, total: 4 },
      leaves: { count: 10, total: 20 },
    });
  });

  it('says in words who trusts a root in a file, and that nobody trusts another', async () => {
    const files = { a: fleet.ca.root.cert.pem, b: other.root.cert.pem };
    await writeFile(join(folder, 'a.pem'), files.a);
    await writeFile(join(folder, 'b.pem'), files.b);
    const { stdout, exit } = await text(join(folder, 'a.pem'), join(folder, 'b.pem'), ...mesh());
    expect(exit).toBe(0);
    const words = stdout.split('\n').filter((line) => line.startsWith('  trust '));
    expect(words[0]).toMatch(
      /^ {2}trust {4}in the bundle of 2 of 2 CA sources; handed out by 4 of 4 istiods; in (\d+) of \1 namespaces and webhooks; trusted by 20 of 20 proxies; 20 of 20 leaves chain to it$/,
    );
    expect(words[1]).toMatch(
      /^ {2}trust {4}in the bundle of 0 of 2 CA sources; handed out by 0 of 4 istiods; in 0 of \d+ namespaces and webhooks; trusted by 0 of 20 proxies; 0 of 20 leaves chain to it$/,
    );
  });

  it('shows what running istiods sign with, replicas that answer alike together', async () => {
    const { places, exit } = await inspect('--istiod', ...mesh(), '--no-trust', '--cluster', west);
    expect(exit).toBe(0);
    expect(places).toHaveLength(1);
    expect(places[0]?.object).toMatch(
      /^istiod istiod-asm-\S+, istiod-asm-\S+ of cluster aks-weu-1, revision asm-1-30, 1\.30\.\d+$/,
    );
    expect(places[0]?.path).toEqual([signerOf(west), rootA()]);
    expect(places[0]?.rows.map(({ type, status }) => [type, status])).toEqual([
      ['Cert Chain', 'ACTIVE'],
      ['Cert Chain', 'ACTIVE'],
      ['CA', 'ACTIVE'],
    ]);
  });

  it('shows what a proxy holds, as istioctl does', async () => {
    const pod = cluster(west)
      .mesh.cluster.store.list('pods')
      .find(({ metadata }) => metadata.namespace === 'payments');
    const name = `payments/${pod?.metadata.name ?? ''}`;
    const { places, certificates, exit } = await inspect('--proxy', name, ...west1());
    expect(exit).toBe(0);
    const [place] = places;
    expect(place?.rows[0]).toMatchObject({
      resourceName: 'default',
      type: 'Cert Chain',
      status: 'ACTIVE',
      validCert: true,
      trustDomain: 'payments.example.com',
    });
    expect(place?.rows.at(-1)).toMatchObject({ resourceName: 'ROOTCA', type: 'CA', fingerprint: rootA() });
    expect(place?.path).toHaveLength(3);
    expect(certificates[0]?.role).toBe('leaf');
    const { stdout } = await text('--proxy', name, ...west1());
    expect(stdout).toMatch(
      /^RESOURCE NAME +TYPE +STATUS +VALID CERT +SERIAL NUMBER +NOT AFTER +NOT BEFORE +TRUST DOMAIN$/m,
    );
  });

  it('shows Secrets of every kind that istiod reads, and what is wrong with one', async () => {
    const secret = (name: string) => inspect('--secret', `${istioNamespace}/${name}`, ...west1());
    const cacerts = await secret('cacerts');
    expect(cacerts).toMatchObject({ exit: 0, places: [{ kind: 'secret', findings: [] }] });
    expect(cacerts.places[0]?.path).toEqual([signerOf(west), rootA()]);
    const torn = await secret('torn');
    expect(torn.exit).toBe(79);
    expect(torn.places[0]?.findings.map(({ code }) => code)).toEqual(['CHAIN_LACKS_CERTIFICATE']);
    const own = await secret('self-signed');
    expect(own.exit).toBe(0);
    expect(own.places[0]?.keys).toEqual([{ name: 'ca-key.pem', kind: 'EC P-256', matches: ['ca-cert.pem'] }]);
    expect(own.places[0]?.path).toEqual([other.root.cert.fingerprint]);
    const tls = await secret('by-cert-manager');
    expect(tls.places[0]?.path).toEqual([
      other.units.get(west)?.cert.fingerprint,
      other.root.cert.fingerprint,
    ]);
  });

  it('names certificates of a Secret as openssl does', async () => {
    const { places } = await inspect('--secret', `${istioNamespace}/cacerts`, ...west1());
    const printed = execFileSync('openssl', ['x509', '-noout', '-fingerprint', '-sha256'], {
      input: fleet.ca.root.cert.pem,
    }).toString();
    const root = places[0]?.rows.find(({ resourceName }) => resourceName === 'root-cert.pem');
    expect(root?.fingerprint).toBe(printed.trim().replace(/.*=/, '').replaceAll(':', '').toLowerCase());
  });

  it('tells what can be seen where a cluster cannot', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    const broken = (await readFile(kubeconfig, 'utf8')).replace(
      /https:\S+aks-neu-1/,
      'https://127.0.0.1:1/clusters/aks-neu-1',
    );
    await writeFile(join(folder, 'kubeconfig-broken'), broken);
    const file = join(folder, 'fleet-broken.yaml');
    await writeFile(
      file,
      (await readFile(join(folder, 'fleet.yaml'), 'utf8')).replaceAll('./kubeconfig', './kubeconfig-broken'),
    );
    const { places, trust, exit } = await inspect('-f', file, '--istiod');
    expect(exit).toBe(79);
    expect(places.map((place) => [place.cluster, place.findings.map(({ code }) => code)])).toEqual([
      [west, []],
      ['aks-neu-1', ['CLUSTER_UNREACHABLE']],
    ]);
    expect(trust?.unseen.map(({ code }) => code)).toEqual(['CLUSTER_UNREACHABLE']);
  });

  it('refuses a Secret of no cluster and a pod without a proxy by name', async () => {
    const secret = await text('--secret', 'shop/cacerts', ...mesh());
    expect(secret.exit).toBe(64);
    expect(secret.stderr).toContain('--cluster');
    const gone = await text('--secret', 'payments/cacerts', ...west1());
    expect(gone.stderr).toContain('Secret payments/cacerts of cluster aks-weu-1');
    expect(gone.stderr).toContain('[OBJECT_NOT_FOUND]');
    const pod = cluster(west)
      .mesh.cluster.store.list('pods')
      .find(({ metadata }) => metadata.name.startsWith('istiod'));
    const none = await text('--proxy', `${istioNamespace}/${pod?.metadata.name ?? ''}`, ...west1());
    expect(none.stderr).toContain('[PROXY_UNREADABLE]');
  });

  it('has written nothing anywhere, and printed no key', async () => {
    const { stdout } = await text('--secret', `${istioNamespace}/cacerts`, ...west1());
    const key = fleet.ca.units.get(west)?.key;
    for (const line of key === undefined ? [] : keyPem(key).split('\n').slice(1, 3)) {
      expect(stdout).not.toContain(line);
    }
    await eventually(() => expect(stateOf()).toBe(versionsBefore[0]));
  });
});

import { readFileSync } from 'node:fs';
import { type Issuer, keyPem, makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { Store } from '../../../sim/api/store.ts';
import { TokenBook } from '../../../sim/api/tokens.ts';
import { FileSet, type Files } from '../../../sim/controllers/file-set.ts';
import { Istiod } from '../../../sim/istiod/istiod.ts';
import type { SimSettings } from '../../../sim/world.ts';

/** The same names as in the fixtures, so that the printed lines can be equal. */
export const rootA = makeRoot({ commonName: 'Root A', organization: 'Test' });
export const rootB = makeRoot({ commonName: 'Root B', organization: 'Test' });
export const a = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A', organization: 'Istio' });
export const b = makeIntermediate({ issuer: rootB, commonName: 'Intermediate B', organization: 'Istio' });
export const rootsAB = rootA.cert.pem + rootB.cert.pem;

export const settings: SimSettings = {
  csiPollInterval: 50,
  csiObjectDelay: 5,
  reloadDebounce: 5,
  cronJobEvery: 200,
  kubeletConfigMapDelay: 20,
  leafTtl: 60_000,
  gracePeriodRatio: 0.5,
  podStart: 10,
  podDrain: 10,
  handshakesPerSecond: 50,
  seed: 1,
};

/** A set as the CSI driver mounts it. */
export function mounted(signer: Issuer, root: Issuer, roots: string): Files {
  return {
    'root-cert.pem': roots,
    'ca-cert.pem': signer.cert.pem,
    'ca-key.pem': keyPem(signer.key),
    'cert-chain.pem': signer.cert.pem + root.cert.pem,
  };
}

/** A set as cert-manager writes it into a `kubernetes.io/tls` secret. */
export function tlsSecret(signer: Issuer, root: Issuer): Files {
  return { 'tls.crt': signer.cert.pem, 'tls.key': keyPem(signer.key), 'ca.crt': root.cert.pem };
}

/** An istiod outside a cluster: its store, its files, its log. */
export function runIstiod(
  files: Files,
  o: { readonly multiRoot?: boolean; readonly version?: string; readonly args?: readonly string[] } = {},
) {
  const { multiRoot = true, version = '1.30.3', args = [] } = o;
  const store = new Store();
  for (const name of ['istio-system', 'default']) {
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const pod = store.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'istiod-0', namespace: 'istio-system' },
    spec: {
      containers: [
        {
          name: 'discovery',
          image: `mcr.microsoft.com/oss/v2/istio/pilot:${version}`,
          args: ['discovery', ...args],
          env: [{ name: 'ISTIO_MULTIROOT_MESH', value: String(multiRoot) }],
        },
      ],
    },
  });
  const cacerts = new FileSet(files);
  const tokens = new TokenBook();
  const world = { store, tokens, settings, trustDomain: 'cluster.local', clusterId: 'c1' };
  const istiod = new Istiod(world, pod, { cacerts });
  return { istiod, store, tokens, cacerts };
}

/** A fixture's lines with everything that differs from run to run replaced by a word. */
export function fixture(name: string): readonly string[] {
  return normal(readFileSync(`test/fixtures/istiod-1.30.3/${name}.log`, 'utf8').split('\n').slice(0, -1));
}

/** PEM bodies differ in length by the kind of key, so each becomes one line. */
export function normal(lines: readonly string[]): readonly string[] {
  return lines
    .join('\n')
    .replaceAll(/BEGIN CERTIFICATE-----\n[^-]*\n-----END/g, 'BEGIN CERTIFICATE-----\nPEM\n-----END')
    .replaceAll(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/gm, 'TIME')
    .replaceAll(/SN: [0-9a-f]+/g, 'SN: SERIAL')
    .replaceAll(/Not(Before|After): "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, 'Not$1: "INSTANT"')
    .replaceAll(/\d+m\d+s/g, 'DURATION')
    .split('\n');
}

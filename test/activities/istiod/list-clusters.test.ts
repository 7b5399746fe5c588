import { expect, test } from 'vitest';
import { listClusters } from '../../../activities/istiod/list-clusters.ts';
import { MeshWorld } from '../../../activities/mesh-world.ts';
import { defaults } from '../../../fleet/defaults.ts';
import type { Cluster } from '../../../fleet/fleet.ts';
import type { ClusterPage } from '../../../rotation/shape.ts';
import { largestResult } from '../../workflows/harness.ts';

const ref = { fleet: 'prod', mesh: 'payments' };

/** A thousand clusters with names as long as names may be, half of which name their secrets. */
const clusters = Array.from({ length: 1000 }, (_, i): Cluster => {
  const name = `aks-${i}-`.padEnd(63, 'x');
  const object = (part: string) => `${part}-${i}`.padEnd(127, 'y');
  const objects = { root: object('root'), cert: object('cert'), key: object('key'), chain: object('chain') };
  return {
    ...{ name, controlPlane: name, istioNamespace: undefined, revision: undefined },
    access: { kind: 'inCluster' },
    keyVault: {
      ...{ url: `https://kv-${i}.vault.azure.net`, emulator: undefined },
      objects: i % 2 === 0 ? objects : undefined,
    },
    ...{ reach: 'dmz'.padEnd(63, 'z'), workloads: { mode: 'restart', batchPercent: 10 }, cronJob: 'runNow' },
    execFallback: false,
  };
});
const trustHolders = [
  { name: 'ldap', description: undefined },
  { name: 'billing-vms', description: undefined, authenticates: 'certificate' },
] as const;
const world = new MeshWorld({
  fleets: [
    {
      ...{ name: 'prod', file: '/prod.yaml' },
      evidence: { kind: 'folder', path: '/evidence' },
      meshes: [
        {
          ...{ name: 'payments', trustDomain: 'payments.example.com', waveWidth: 10 },
          issuer: { kind: 'files' },
          ...{ limits: defaults.limits, clusters, trustHolders, compromised: [] },
        },
      ],
    },
  ],
});

test('a mesh of 1,000 clusters is read in pages below 16 KB, every cluster once', () => {
  const pages: ClusterPage[] = [listClusters(world, ref)];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
    pages.push(listClusters(world, { ...ref, after: next }));
  }
  const sizes = pages.map((page) => Buffer.byteLength(JSON.stringify(page)));
  expect(Math.max(...sizes)).toBeLessThan(largestResult);
  const read = pages.flatMap((page) => page.clusters);
  expect(read.map(({ cluster }) => cluster)).toEqual(clusters.map(({ name }) => name));
  const sources = read.flatMap(({ source }) => source?.identity ?? []);
  expect(new Set(sources).size).toBe(500);
});

test('a page after a cluster that the file lacks is refused', () => {
  expect(() => listClusters(world, { ...ref, after: 'gone' })).toThrow(
    expect.objectContaining({ code: 'CLUSTER_UNKNOWN' }) as Error,
  );
});

test('trust holders that show istiod a certificate are told of, and no others', () => {
  expect(listClusters(world, ref).certificateHolders).toEqual(['billing-vms']);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitLoaded } from '../../activities/istiod/load.ts';
import { strangersOf } from '../../activities/istiod/strangers.ts';
import { MeshWorld } from '../../activities/mesh-world.ts';
import { rights, rightsFiles, type RightsFile } from '../../deploy/rights.ts';
import { objectsOf } from '../../deploy/roles.ts';
import { loadFleet } from '../../fleet/load.ts';
import type { SimCluster } from '../../sim/api/cluster.ts';
import { resourceTypes } from '../../sim/api/resources.ts';
import { istioNamespace } from '../../sim/demo/istio-objects.ts';
import { buildFleet, type SimFleet } from '../../sim/fleet.ts';
import { cases, isWatch, lacking, missing } from './cases.ts';
import { findIn, type Found } from './found.ts';
import { needs } from './needs.ts';

const name = 'aks-weu-1';
const ref = { fleet: 'demo', mesh: 'payments', cluster: name };
const place = { istioNamespace, proxyNamespaces: ['payments', 'orders', 'telemetry'] };

let folder: string;
let fleet: SimFleet;
let found: Found;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-needs-'));
  const workloads = ['ledger', 'orders', 'queue', 'collector'];
  fleet = buildFleet({ clusters: 1, kinds: ['cronJob'], workloads, settings: { handshakesPerSecond: 1 } });
  await fleet.writeTo(folder);
  await fleet.start();
  found = await find();
});
afterAll(async () => {
  await fleet.stop();
  await rm(folder, { recursive: true });
});

function running(): SimCluster {
  const [cluster] = fleet.clusters;
  if (cluster === undefined) throw new Error('expected a cluster');
  return cluster.mesh.cluster;
}

/** Of all rights that were applied to the cluster, leaves those of these files. */
function apply(files: readonly RightsFile[], of = rights): void {
  const { store } = running();
  const resourceOf = (kind: string) => resourceTypes.find((type) => type.kind === kind)?.resource ?? '';
  for (const resource of ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'].map(resourceOf)) {
    for (const { metadata } of store.list(resource))
      store.remove(resource, metadata.namespace, metadata.name);
  }
  for (const object of files.flatMap((file) => objectsOf(file, place, of))) {
    if (object.apiVersion !== 'v1') store.create(resourceOf(object.kind), { ...object });
  }
}

/** Looks at the cluster with all rights. */
async function find(): Promise<Found> {
  apply(rightsFiles.map((file) => file.name));
  return findIn(new MeshWorld({ fleets: [await loadFleet(join(folder, 'fleet.yaml'))] }), ref);
}

describe('a right', () => {
  it('is needed by something, each verb of it', () => {
    expect(Object.keys(needs).sort()).toEqual(
      cases
        .filter((one) => !isWatch(one))
        .map(({ key }) => key)
        .sort(),
    );
  });

  it.each(cases.filter((one) => !isWatch(one)))('is missed by its rule: $key', async (one) => {
    const need = needs[one.key];
    const files = [...new Set<RightsFile>(['cluster', 'istiod', ...(need?.with ?? []), one.right.file])];
    apply(files);
    await need?.by(found);
    apply(files, lacking(rights, one));
    const missed: unknown = await need?.by(found).catch((error: unknown) => error);
    expect(missed).toMatchObject(missing(one));
  });

  it('to watch pods may be withheld: a new replica is proven all the same', async () => {
    const { world } = await find();
    const { source } = await world.sourceOf(ref);
    const { roots, chain, signer } = (await source.read()).observed;
    if (signer === undefined) throw new Error('expected a signer');
    apply(['cluster', 'istiod', 'find-istiod'], cases.filter(isWatch).reduce(lacking, rights));
    const { store } = running();
    const [old] = store
      .list('pods', istioNamespace)
      .filter(({ metadata }) => metadata.name.startsWith('istiod-'));
    store.remove('pods', istioNamespace, old?.metadata.name ?? '');
    const { replicas } = await awaitLoaded(world, {
      ...{ ...ref, unit: name, controlPlanes: [name], rotationId: 'r-1' },
      ...{ phase: 'distribute', stage: 'add-roots', since: new Date().toISOString() },
      ...{ expect: { roots, signer: signer.fingerprint }, chain, cronJob: 'wait', limit: 60 },
    });
    expect(replicas).toHaveLength(2);
    expect(replicas.map(({ pod }) => pod)).not.toContain(old?.metadata.name);
  });

  it('to list Secrets may be withheld: the plan warns, and says which rule is missing', async () => {
    apply(['cluster', 'istiod']);
    const { warnings } = await strangersOf(found.world, ref, istioNamespace);
    expect(warnings).toMatchObject([
      {
        code: 'REMOTE_SECRETS_UNREADABLE',
        text: expect.stringContaining('{apiGroups: [""], resources: ["secrets"], verbs: ["list"]}') as string,
      },
    ]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FleetActivities } from '../../activities/create.ts';
import { createIssuerActivities } from '../../activities/issuer/activities.ts';
import { createIstiodActivities } from '../../activities/istiod/activities.ts';
import { createSourceActivities } from '../../activities/source-activities.ts';
import { createWorkloadActivities } from '../../activities/workloads/activities.ts';
import { makeIntermediate, makeRoot } from '../../pki/make.ts';
import { makeMeshCa, writeNewCa } from '../../sim/new-ca.ts';
import { fleet, mesh, startMesh, type Mesh } from './istiod/mesh.ts';

const rootA = makeRoot({ commonName: 'Root A' });
const a = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A' });
const b = makeMeshCa({ generation: 'B', units: ['west', 'east'] });
const chain = [a.cert.fingerprint, rootA.cert.fingerprint];
const from = { roots: [rootA.cert.fingerprint], signer: a.cert.fingerprint };
const expected = { roots: [...from.roots, b.root.cert.fingerprint], signer: from.signer };

const west = { fleet, mesh, unit: 'west', controlPlanes: ['west'] };
const east = { fleet, mesh, unit: 'east', controlPlanes: ['east'] };
const stage = { ...west, rotationId: 'r1', phase: 'distribute', stage: 'add-roots' } as const;

describe('a mesh whose one API server cuts every connection', () => {
  let running: Mesh;
  let directory: string;
  let activities: FleetActivities;

  beforeEach(async () => {
    running = await startMesh({ roots: [rootA], signer: a, chain: [a, rootA] }, [
      { name: 'west' },
      { name: 'east', vault: 'kv-east' },
    ]);
    directory = await mkdtemp(join(tmpdir(), 'meshturn-new-ca-'));
    await writeNewCa(directory, b);
    running.clusters.get('east')?.cluster.faults.set({ matches: () => true, cut: true });
    const { world } = running;
    activities = {
      ...createIstiodActivities({ world }),
      ...createSourceActivities({
        sources: world,
        names: world,
      }),
      ...createIssuerActivities({ sources: world, issuers: world, names: world }),
      ...createWorkloadActivities({ clusterOf: (ref) => world.clusterOf(ref) }),
    };
  });

  afterEach(async () => {
    await running.close();
    await rm(directory, { recursive: true });
  });

  test('is no hindrance to any stage of the other units', async () => {
    const ca = { kind: 'root', directory } as const;
    const since = new Date().toISOString();
    const write = { roots: expected.roots };
    const { versions, written } = await activities.writeSource({ ...stage, write, ca, from });
    expect(written).toEqual(['root']);
    const synced = await activities.awaitSynced({ ...stage, versions, limit: 20 });
    expect(synced.pods).toHaveLength(2);
    const loaded = await activities.awaitLoaded({
      ...{ ...stage, expect: expected, chain, since },
      ...{ cronJob: 'wait', limit: 20 },
    });
    expect(loaded.replicas.map(({ cluster }) => cluster)).toEqual(['west', 'west']);
    const home = { ...stage, cluster: 'west' };
    await activities.awaitSecondPlane({ ...home, roots: expected.roots, limit: 20 });
    const census = await activities.takeCensus({ ...home, expect: expected });
    expect(census.converged).toBe(census.total);
    const restarted = await activities.restartStale({
      ...{ ...home, expect: expected },
      ...{ batchPercent: 100, limit: 20 },
    });
    expect(restarted.remaining).toBe(0);
  });

  test('is no hindrance to a look at the other units, nor to a check of their new intermediates', async () => {
    const seen = await activities.observeUnit(west);
    expect(seen).toMatchObject({ unit: 'west', source: { roots: from.roots } });
    const next = makeMeshCa({ generation: 'A-2-', units: ['west'], root: rootA });
    await writeNewCa(directory, next, { withRoot: false });
    const ca = { kind: 'intermediate', directory } as const;
    const wanted = await activities.inspectCa({ fleet, mesh, ca, units: [west] });
    expect(Object.keys(wanted.signers)).toEqual(['west']);
  });

  test('is told by that cluster’s name, and at once', async () => {
    const named = { code: 'CLUSTER_UNREACHABLE', details: { object: 'deployments of cluster east' } };
    const clusters = ['west', 'east'];
    await expect(activities.findSources({ fleet, mesh, clusters })).rejects.toMatchObject(named);
    await expect(activities.observeUnit(east)).rejects.toMatchObject(named);
  });
});

describe('a write unit', () => {
  test('is unknown where its control planes do not share one CA source', async () => {
    const running = await startMesh({ roots: [rootA], signer: a, chain: [a, rootA] }, [
      { name: 'west' },
      { name: 'east', vault: 'kv-east' },
    ]);
    const together = { ...west, controlPlanes: ['west', 'east'] };
    await expect(running.world.unit(together)).rejects.toMatchObject({
      code: 'UNIT_UNKNOWN',
      details: { expected: 'one CA source of west, east' },
    });
    await running.close();
  });
});

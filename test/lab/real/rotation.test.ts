import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rotateAndCount, type Shown } from '../../../cli/demo/rotate.ts';
import { startEnvironment, type Environment } from '../../../cli/dev/environment.ts';
import { processContext } from '../../../cli/process.ts';
import type { Rotations } from '../../../cli/rotations.ts';
import { labSchema } from '../../../lab/document.ts';
import { findInstalled } from '../../../lab/installed.ts';
import { realClusters, succeeded } from '../../../lab/rotate.ts';
import type { ObservedCluster } from '../../../rotation/observed.ts';
import { profiles } from '../../../sim/demo/profiles.ts';
import { makeMeshCa, writeNewCa } from '../../../sim/new-ca.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import { expectDescribed } from '../../cli/schemas/committed.ts';
import { eventually } from '../../support/eventually.ts';
import { noneLeft } from '../processes-of.ts';
import { typeObjects, typeRestart, type Typed } from './article.ts';
import { watchArticle } from './article-watch.ts';
import { spawnLab } from './lab-process.ts';

describe('a rotation on the lab with real Istio', () => {
  const context = processContext(new AbortController().signal);
  const silent = { write: () => undefined };
  const quiet = { ...context, process: { ...context.process, stdout: silent, stderr: silent } };
  let environment: Environment;
  /** In the rotations before. */
  let before = { attempted: 0, failed: 0 };
  let watched: readonly Typed[];
  /** What the CronJob of each cluster said during the last one. */
  let heard: readonly string[] = [];

  beforeAll(async () => {
    environment = await startEnvironment({
      ...{ clusters: 2, seed: 1, world: realClusters.real, handshakesPerSecond: 20, say: () => undefined },
    });
    // Its intermediates have names of their own: those of the rotation before are known to the mesh.
    const { clusters = [] } = environment.fleet.meshes[0] ?? {};
    const ca = makeMeshCa({ generation: 'C', units: clusters.map(({ name }) => name) });
    await writeNewCa(join(environment.folder, 'root-c'), ca);
    const kubectl = (await findInstalled(userCacheFolder()))('kubectl');
    const kubeconfig = join(environment.folder, 'admin.kubeconfig');
    watched = profiles(2).map(({ name, revision }) => ({ kubectl, kubeconfig, cluster: name, revision }));
  });
  afterAll(async () => {
    await environment.close();
    await noneLeft(environment.folder);
  });

  /**
   * The state that it ends in, and the handshakes that fail meanwhile. Beside it, the articles' commands are typed for
   * each cluster: they and the product must come to see all of these trust states alike.
   */
  async function rotate(
    o: Partial<Shown>,
    states: readonly string[],
    rotations: Rotations = environment.rotations,
  ) {
    const mesh = await observedMesh();
    const watches = watched.map((typed) => watchArticle({ ...typed, ...mesh }));
    const end = () => Promise.all(watches.map((watch) => watch.end()));
    const ended = await rotateAlone(o, rotations).catch(async (error: unknown) => {
      await end();
      throw error;
    });
    const rested = await end();
    for (const [index, { agreed, differences }] of watches.entries()) {
      const seen = { rested: rested[index], agreed: [...agreed] };
      const expected = { rested: true, agreed: expect.arrayContaining([...states]) as string[] };
      expect(seen, JSON.stringify([...differences])).toEqual(expected);
    }
    heard = watches.map(({ validator }) => [...validator].join(''));
    return ended;
  }

  async function rotateAlone(o: Partial<Shown>, rotations: Rotations) {
    const newCa = { ...environment.simulation.newCa, root: join(environment.folder, 'root-c') };
    const simulation = { ...environment.simulation, newCa };
    const document = await rotateAndCount(
      quiet,
      { ...environment, simulation, rotations },
      {
        ...{ kind: 'root', phases: '3', chain: 'first', issuer: { kind: 'files' } },
        ...{ leaving: { words: '', said: '' }, ...o },
      },
    );
    const { attempted = 0, failed = 0, failures = [] } = document?.handshakes ?? {};
    const own = { attempted: attempted - before.attempted, failed: failed - before.failed };
    before = { attempted, failed };
    // Without a prober none would fail.
    expect(own.attempted).toBeGreaterThan(500);
    return { state: document?.rotation.state, failed: own.failed, failures };
  }

  /** The mesh by its names, and who looks at it. */
  async function observedMesh() {
    const { fleet } = environment;
    const observer = await context.observe(fleet);
    return { fleet: fleet.name, mesh: fleet.meshes[0]?.name ?? '', observer };
  }

  /** A look at the unit of each cluster, which is its own. */
  async function lookAtUnits() {
    const { observer, ...mesh } = await observedMesh();
    const look = ({ cluster: unit }: Typed) => observer.observeUnit({ ...mesh, unit, controlPlanes: [unit] });
    return Promise.all(watched.map(async (typed) => ({ typed, unit: await look(typed) })));
  }

  it('is of what the articles tell to look at', async () => {
    const units = await lookAtUnits();
    for (const { typed, unit } of units) {
      const { files, ...told } = await typeObjects(typed);
      const name = `istio-cert-validator-cronjob-${typed.revision}`;
      expect(told).toEqual({
        providerClasses: [`istio-spc-${typed.revision}`],
        cronJobs: unit.reload === 'cronjob' ? [{ name, schedule: '*/10 * * * *' }] : [],
      });
      const objects = Object.values(unit.source.place?.objects ?? {});
      expect(Object.keys(files)).toEqual(objects.map((object) => `${object}.pem`).sort());
      expect(Object.values(files).every((bytes) => bytes > 200)).toBe(true);
    }
    expect(units.map(({ unit }) => unit.reload)).toEqual(['live', 'cronjob']);
  });

  it('of the intermediates fails no handshake', async () => {
    const { failures, ...ended } = await rotate({ kind: 'intermediate' }, ['Root A by Root A']);
    expect(ended, JSON.stringify(failures)).toEqual({ state: 'completed', failed: 0 });
  });

  it('leaves workloads that hold the same once they are restarted as the articles tell', async () => {
    const before = await lookAtUnits();
    for (const typed of watched) await typeRestart(typed, 'ledger', 'payments');
    // The pods that were replaced serve on while they drain, and kubectl does not wait for their end.
    await eventually(async () => {
      for (const [index, { unit }] of (await lookAtUnits()).entries()) {
        const held = before[index]?.unit.clusters ?? [];
        expect(unit.clusters.map(holdings)).toEqual(held.map(holdings));
        expect(unit.clusters.every(({ unreadable }) => unreadable === 0)).toBe(true);
      }
    });
  });

  it('of the root fails none where it is led back once all sign with the new one', async () => {
    const { rotations } = environment;
    let told = false;
    let written: readonly string[] = ['nothing was looked at'];
    const look: Rotations['look'] = async (mesh) => {
      const seen = await rotations.look(mesh);
      const phases = seen.kind === 'live' ? seen.progress.phases : [];
      if (!told && phases.some(({ name, state }) => name === 'activate' && state === 'done')) {
        told = true;
        const revoked = phases.filter(({ name }) => name === 'revoke').flatMap(({ clusters }) => clusters);
        written = revoked.flatMap(({ evidence }) => evidence);
        await rotations.tell(mesh, 'rollback', { reason: 'partners are not ready' });
      }
      return seen;
    };
    const { failures, ...ended } = await rotate(
      {},
      ['Root A, Root C by Root A', 'Root A, Root C by Root C', 'Root A by Root A'],
      { ...rotations, look },
    );
    expect(told).toBe(true);
    // From S2: all sign with the new root, and no bundle has lost the old one.
    expect(written).toEqual([]);
    expect(ended, JSON.stringify(failures)).toEqual({ state: 'rolledBack', failed: 0 });
  });

  it('of the root in two phases fails some', async () => {
    const { state, failed, failures } = await rotate({ phases: '2' }, [
      'Root A, Root C by Root A',
      'Root C by Root C',
    ]);
    expect(heard[0]).toBe('');
    expect(heard[1]).toContain('Root certificate update detected. Restarting deployment...');
    expect(state).toBe('completed');
    expect(failed).toBeGreaterThan(0);
    // The first twenty of the environment, of which the rotations before have none: one side does not trust the other.
    const untrusted = /SELF_SIGNED|ISSUER|SIGNATURE|UNKNOWN_CA/;
    expect(
      failures.filter(({ reason }) => untrusted.test(reason)),
      JSON.stringify(failures),
    ).not.toEqual([]);
  });
});

/** What its proxies hold, and how many there are; a new leaf lives longer. */
function holdings({ proxies, trust, leaves, secondPlane }: ObservedCluster) {
  const signers = leaves.map(({ signer, root, count }) => ({ signer, root, count }));
  return { proxies, trust, leaves: signers, secondPlane };
}

it.each(['simulated', 'real'])(
  'of the root in three phases, with %s Istio, is one command, which leaves nothing',
  async (istio) => {
    const words = ['--istio', istio, '--rotate', 'root', '-o', 'json'];
    const { child, folder, temporary } = await spawnLab(words);
    const ended = once(child, 'close');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await ended;
    expect(child.exitCode, stderr.slice(-4_000)).toBe(0);
    const document = labSchema.parse(expectDescribed(stdout));
    expect(document).toMatchObject({ schema: 'meshturn.lab/v1', istio, clusters: 2 });
    expect(document.rotation.phases.map(({ name }) => name)).toEqual(['distribute', 'activate', 'revoke']);
    expect(succeeded(document)).toBe(true);
    const { covered, total } = document.handshakes.pairs;
    expect(covered).toBe(total);
    await noneLeft(folder);
    expect(await readdir(temporary)).toEqual([]);
  },
);

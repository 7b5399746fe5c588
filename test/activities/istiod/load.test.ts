import { describe, expect, test, type TestContext } from 'vitest';
import { awaitLoaded } from '../../../activities/istiod/load.ts';
import { awaitSynced } from '../../../activities/istiod/sync.ts';
import { makeIntermediate, makeRoot, type Issuer } from '../../../pki/make.ts';
import { restarted } from '../../../sim/istiod/validator.ts';
import type { KubeObject } from '../../../sim/world.ts';
import { settings } from '../kube/api-server.ts';
import { fleet, istioNamespace, mesh, startMesh, type Mesh, type SetOfFiles } from './mesh.ts';

const now = new Date(Date.now() - 24 * 3_600_000);
const rootA = makeRoot({ commonName: 'Root A', now });
const rootB = makeRoot({ commonName: 'Root B', now });
const a = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A', now });
const b = makeIntermediate({ issuer: rootB, commonName: 'Intermediate B' });

const s0 = { roots: [rootA], signer: a, chain: [a, rootA] };
const s1 = { roots: [rootA, rootB], signer: a, chain: [a, rootA] };
const both = { roots: [rootA, rootB], signer: a, chain: [a, rootA, b, rootB] };
const s2 = { roots: [rootA, rootB], signer: b, chain: [a, rootA, b, rootB] };

const prints = (issuers: readonly Issuer[]) => issuers.map(({ cert }) => cert.fingerprint);
const unit = { fleet, mesh, unit: 'west', controlPlanes: ['west'] };
const stage = { ...unit, rotationId: 'r1', phase: 'distribute', stage: 'add-roots' } as const;

/** Writes a set and waits until it is synced and loaded, as a stage of a rotation does. */
async function load(
  running: Mesh,
  set: SetOfFiles,
  more: { cronJob?: 'wait' | 'runNow'; limit?: number } = {},
) {
  const since = new Date().toISOString();
  const versions = running.put('kv-west', set);
  const synced = await awaitSynced(running.world, { ...unit, versions, limit: 60 });
  return { synced, loaded: await loadOnly(running, set, { since, ...more }) };
}

/** Waits until a set is loaded that was written before. */
async function loadOnly(
  running: Mesh,
  set: SetOfFiles,
  more: { since: string; cronJob?: 'wait' | 'runNow'; limit?: number },
) {
  return awaitLoaded(running.world, {
    ...stage,
    ...{ cronJob: 'wait', limit: 60, chain: prints(set.chain) },
    expect: { roots: prints(set.roots), signer: set.signer.cert.fingerprint },
    ...more,
  });
}

/** Ends a mesh with its test. */
async function during({ onTestFinished }: TestContext, starting: Promise<Mesh>): Promise<Mesh> {
  const running = await starting;
  onTestFinished(() => running.close());
  return running;
}

describe.concurrent('an istiod that reloads live', () => {
  test('is proven replica by replica, through distribute, both chains and activate', async (context) => {
    const running = await during(context, startMesh(s0));
    const distributed = await load(running, s1);
    expect(distributed.synced.pods).toHaveLength(2);
    expect(distributed.loaded.replicas).toHaveLength(2);
    expect(['live reload', 'already loaded']).toContain(distributed.loaded.by);
    await load(running, both);
    const activated = await load(running, s2);
    expect(activated.loaded.replicas.map(({ cluster }) => cluster)).toEqual(['west', 'west']);
    expect(running.clusters.get('west')?.istiods()).toHaveLength(2);
  });

  test('stands by its refusal of a root that replaces the old one: the wait stops with its name', async (context) => {
    const running = await during(context, startMesh(s0));
    const replaced = { roots: [rootB], signer: b, chain: [b, rootB] };
    await expect(load(running, replaced)).rejects.toMatchObject({ code: 'ISTIOD_REFUSED_ROOT' });
  });

  test('is heard to refuse though the clock of its node is behind', async (context) => {
    const running = await during(context, startMesh(s0));
    running.clusters.get('west')?.istiodFaults.set({ clockAhead: -9 * 60_000, refuses: 'rootReplaced' });
    await expect(load(running, s1)).rejects.toMatchObject({
      code: 'ISTIOD_REFUSED_ROOT',
      hint: expect.stringMatching(/kubectl rollout restart deployment istiod\S* -n /) as string,
    });
  });

  test('is waited for where it has refused the set and is being restarted for it', async (context) => {
    const slow = { settings: { ...settings, podStart: 3_500 } };
    const running = await during(context, startMesh(s0, [slow]));
    const west = running.clusters.get('west');
    const takeBack = west?.istiodFaults.set({ refuses: 'rootReplaced' });
    const since = new Date().toISOString();
    await expect(load(running, s1)).rejects.toMatchObject({ code: 'ISTIOD_REFUSED_ROOT' });
    takeBack?.();
    for (const { metadata } of west?.cluster.store.list('deployments', istioNamespace) ?? [])
      west?.cluster.store.change('deployments', istioNamespace, metadata.name, restarted);
    await expect(loadOnly(running, s1, { since })).resolves.toMatchObject({ replicas: [{}, {}] });
  });

  test('is not proven where its clock is so far ahead that no peer takes what it signs', async (context) => {
    const running = await during(context, startMesh(s0));
    running.clusters.get('west')?.istiodFaults.set({ clockAhead: 10 * 60_000 });
    await expect(load(running, s1, { limit: 3 })).rejects.toMatchObject({
      code: 'LOAD_TIMED_OUT',
      details: { found: expect.stringMatching(/not yet valid|not valid before/) as string },
      hint: expect.stringMatching(/kubectl debug node\/.* date -u.*meshturn rotation retry/) as string,
    });
  });

  test('loads by a clock that is behind what is older than that, and refuses what is younger', async (context) => {
    const running = await during(context, startMesh(s0));
    running.clusters.get('west')?.istiodFaults.set({ clockAhead: -10 * 60_000 });
    await expect(load(running, s1)).resolves.toBeDefined();
    await expect(load(running, s2)).rejects.toMatchObject({
      code: 'ISTIOD_REFUSED_CHAIN',
      hint: expect.stringContaining('date -u') as string,
    });
  });

  test('does not count with a torn chain, which istiod itself accepts', async (context) => {
    const running = await during(context, startMesh(s0));
    await load(running, s1);
    const torn = { roots: [rootA, rootB], signer: b, chain: [a, rootA] };
    await expect(load(running, torn, { limit: 2 })).rejects.toMatchObject({ code: 'LOAD_TIMED_OUT' });
  });

  test('was loaded already where a replica gave no answer and then that one', async (context) => {
    const running = await during(context, startMesh(s0));
    await load(running, s1);
    running.clusters.get('west')?.cluster.faults.set({
      matches: ({ subresource }) => subresource === 'portforward',
      ...{ status: 503, times: 2 },
    });
    const { loaded } = await load(running, s1);
    expect(loaded.by).toBe('already loaded');
  });

  test('is probed anew where a replica is replaced meanwhile', async (context) => {
    const running = await during(context, startMesh(s0));
    const cluster = running.clusters.get('west')?.cluster;
    const [first] = cluster?.store.list('pods', istioNamespace) ?? [];
    const loading = load(running, s1);
    cluster?.store.remove('pods', istioNamespace, first?.metadata.name ?? '');
    const { loaded } = await loading;
    expect(loaded.replicas).toHaveLength(2);
    expect(loaded.replicas.map(({ pod }) => pod)).not.toContain(first?.metadata.name);
  });

  test('tells what it holds by serial numbers in its log, in the JSON form too', async (context) => {
    const running = await during(context, startMesh(s0, [{ logAsJson: true }]));
    await load(running, s1);
    const { loaded } = await load(running, s2);
    expect(loaded.loggedSerials).toContain(b.cert.serial);
  });
});

describe.concurrent('an istiod without multi-root', () => {
  test('is rolled where nothing else restarts it', async (context) => {
    const running = await during(context, startMesh(s0, [{ multiRoot: false }]));
    const { loaded } = await load(running, s1);
    expect(loaded).toMatchObject({ by: 'roll' });
    expect(loaded.replicas).toHaveLength(2);
  });

  test('loads a new intermediate under the same root without a restart', async (context) => {
    const running = await during(context, startMesh(s0, [{ multiRoot: false }]));
    const a2 = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A2' });
    const { loaded } = await load(running, { roots: [rootA], signer: a2, chain: [a2, rootA] });
    expect(loaded.by).not.toBe('roll');
  });

  test('is restarted by the CronJob, whose run is waited for', async (context) => {
    const running = await during(context, startMesh(s0, [{ multiRoot: false, validator: true }]));
    const { loaded } = await load(running, s1);
    expect(['CronJob', 'already loaded']).toContain(loaded.by);
  });

  test('is restarted by a Job made from the CronJob where that is wanted', async (context) => {
    const running = await during(
      context,
      startMesh(s0, [{ multiRoot: false, validator: true }], ({ cluster }) => {
        suspend(cluster.store);
      }),
    );
    const { loaded } = await load(running, s1, { cronJob: 'runNow' });
    expect(loaded.by).toBe('CronJob');
    const jobs = running.clusters.get('west')?.cluster.store.list('jobs', istioNamespace) ?? [];
    expect(jobs.map(({ metadata }) => metadata.annotations?.['cronjob.kubernetes.io/instantiate'])).toEqual([
      'manual',
    ]);
  });

  test('waits for nothing where the CronJob is suspended: that is a problem of its own', async (context) => {
    const running = await during(
      context,
      startMesh(s0, [{ multiRoot: false, validator: true }], ({ cluster }) => {
        suspend(cluster.store);
      }),
    );
    await expect(load(running, s1)).rejects.toMatchObject({ code: 'CRONJOB_SUSPENDED' });
  });

  test('hears of a CronJob that is suspended while it is waited for', async (context) => {
    const seldom = { ...settings, cronJobEvery: 3_600_000 };
    const profile = { multiRoot: false, validator: true, settings: seldom };
    const running = await during(
      context,
      startMesh(s0, [profile], ({ cluster }) => {
        cluster.faults.set({
          matches: ({ resource }) => {
            if (resource === 'jobs') suspend(cluster.store);
            return false;
          },
        });
      }),
    );
    await expect(load(running, s1)).rejects.toMatchObject({ code: 'CRONJOB_SUSPENDED' });
  });

  test('is rolled where the CronJob does not see what its volume has, and the evidence says so', async (context) => {
    const running = await during(
      context,
      startMesh(s0, [{ multiRoot: false, validator: true }], ({ cluster: { store } }) => {
        store.change('secretproviderclasses', istioNamespace, 'istio-spc-asm-1-30', withoutSecret);
        store.create('secrets', {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'cacerts', namespace: istioNamespace },
          data: { 'root-cert.pem': Buffer.from(rootA.cert.pem).toString('base64') },
        });
      }),
    );
    const { loaded } = await load(running, s1, { cronJob: 'runNow' });
    expect(loaded.by).toBe('roll (CRONJOB_BLIND)');
  });

  test('is rolled where the run of the CronJob says nothing known and istiod stands still', async (context) => {
    const running = await during(
      context,
      startMesh(s0, [{ multiRoot: false, validator: true }], ({ cluster: { store } }) => {
        store.change('cronjobs', istioNamespace, 'istio-cert-validator-cronjob-asm-1-30', withOtherProgram);
      }),
    );
    const { loaded } = await load(running, s1, { cronJob: 'runNow' });
    expect(loaded.by).toBe('roll (CRONJOB_BLIND)');
  });

  test('stops where the run of the CronJob fails', async (context) => {
    const running = await during(
      context,
      startMesh(s0, [{ multiRoot: false, validator: true }], ({ cluster: { store } }) => {
        store.change('secretproviderclasses', istioNamespace, 'istio-spc-asm-1-30', withoutSecret);
      }),
    );
    await expect(load(running, s1, { cronJob: 'runNow' })).rejects.toMatchObject({ code: 'CRONJOB_FAILED' });
  });
});

/** A CronJob whose runs end well, and neither say nor do anything. */
function withOtherProgram(object: KubeObject): KubeObject {
  const spec = JSON.stringify(object['spec']).replaceAll('"istio-cert-validator"', '"newer-validator"');
  return { ...object, spec: JSON.parse(spec) as unknown };
}

/** A SecretProviderClass that syncs no Secret. */
function withoutSecret(object: KubeObject): KubeObject {
  return { ...object, spec: { ...(object['spec'] as Record<string, unknown>), secretObjects: [] } };
}

function suspend(store: NonNullable<ReturnType<Mesh['clusters']['get']>>['cluster']['store']): void {
  const name = 'istio-cert-validator-cronjob-asm-1-30';
  store.change('cronjobs', istioNamespace, name, (object) => ({
    ...object,
    spec: { ...(object['spec'] as Record<string, unknown>), suspend: true },
  }));
}

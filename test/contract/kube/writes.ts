import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asProblem, calling } from '../../../activities/kube/problems.ts';
import { waitFor } from '../../../activities/kube/wait.ts';
import { newPlace, refusal, type Place } from './place.ts';
import { template } from '../../support/template.ts';
import type { KubeWorld } from './world.ts';

const as = (type: string) => setHeaderOptions('Content-Type', type);
const merge = as(PatchStrategy.MergePatch);

/** Patches of every type, conflicts, and writes that meet a restart. */
export function writes(open: () => KubeWorld): void {
  describe('a write', () => {
    let place: Place;
    let at: { readonly namespace: string; readonly name: string };
    const core = () => place.client.core;
    const apps = () => place.client.apps;
    const read = () => core().readNamespacedConfigMap(at);
    let count = 0;

    beforeAll(async () => {
      place = await newPlace(open());
    });

    beforeEach(async () => {
      count += 1;
      at = { namespace: place.namespace, name: `settings-${count}` };
      const metadata = { name: at.name, labels: { app: 'web' }, annotations: { note: 'old' } };
      await core().createNamespacedConfigMap({
        namespace: at.namespace,
        body: { metadata, data: { a: '1', b: '2' } },
      });
    });

    it('by a merge patch sets, and null deletes', async () => {
      const body = { data: { a: null, c: '3' }, metadata: { annotations: { note: null, more: 'yes' } } };
      const map = await core().patchNamespacedConfigMap({ ...at, body }, merge);
      expect(map.data).toEqual({ b: '2', c: '3' });
      expect(map.metadata?.annotations).toEqual({ more: 'yes' });
      expect(map.metadata?.labels).toEqual({ app: 'web' });
    });

    it('by a JSON patch is done as a whole or not at all', async () => {
      const add = { op: 'add', path: '/data/c', value: '3' };
      const body = [add, { op: 'test', path: '/data/a', value: 'other' }];
      expect(await refusal(core().patchNamespacedConfigMap({ ...at, body }))).toMatchObject({
        ...{
          code: 422,
          reason: 'Invalid',
          message: 'the server rejected our request due to an error in our request',
        },
      });
      expect((await read()).data).toEqual({ a: '1', b: '2' });
      const escaped = { op: 'replace', path: '/metadata/annotations/note', value: 'new' };
      const map = await core().patchNamespacedConfigMap({ ...at, body: [add, escaped] });
      expect(map.data).toEqual({ a: '1', b: '2', c: '3' });
      expect(map.metadata?.annotations).toEqual({ note: 'new' });
    });

    it('by a patch of an older state is a conflict', async () => {
      const { metadata } = await read();
      const body = { metadata: { resourceVersion: metadata?.resourceVersion }, data: { a: 'mine' } };
      await core().patchNamespacedConfigMap({ ...at, body }, merge);
      const again = () =>
        core().patchNamespacedConfigMap({ ...at, body: { ...body, data: { a: 'again' } } }, merge);
      expect(await refusal(again())).toMatchObject({
        ...{ code: 409, reason: 'Conflict', details: { name: at.name, kind: 'configmaps' } },
        message: `Operation cannot be fulfilled on configmaps "${at.name}": the object has been modified; please apply your changes to the latest version and try again`,
      });
      await expect(calling('the settings', again)).rejects.toMatchObject({
        code: 'OBJECT_CONFLICT',
        retryable: true,
      });
    });

    it('by a replacement of an older state is a conflict', async () => {
      const old = await read();
      const next = Object.assign(structuredClone(old), { data: { a: '2' } });
      await core().replaceNamespacedConfigMap({ ...at, body: next });
      const late = core().replaceNamespacedConfigMap({ ...at, body: old });
      expect(await refusal(late)).toMatchObject({ code: 409, reason: 'Conflict' });
    });

    it('that changes nothing leaves the resourceVersion', async () => {
      const before = await read();
      const after = await core().patchNamespacedConfigMap({ ...at, body: { data: { a: '1' } } }, merge);
      expect(after.metadata?.resourceVersion).toBe(before.metadata?.resourceVersion);
    });

    it('by an apply creates what is not there and needs its field manager', async () => {
      const name = `applied-${count}`;
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { x: '1' } };
      const of = { namespace: at.namespace, name, body };
      const apply = as(PatchStrategy.ServerSideApply);
      expect(await refusal(core().patchNamespacedConfigMap(of, apply))).toMatchObject({
        ...{
          code: 422,
          message:
            'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
        },
      });
      const made = await core().patchNamespacedConfigMap({ ...of, fieldManager: 'meshturn' }, apply);
      expect(made.data).toEqual({ x: '1' });
    });

    it('by a strategic merge patch finds containers and variables by their names', async () => {
      const env = [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ];
      const containers = [
        { name: 'main', image: 'serves', env },
        { name: 'side', image: 'serves' },
      ];
      const of = { namespace: at.namespace, name: 'istiod' };
      const spec = {
        replicas: 0,
        selector: { matchLabels: { app: 'istiod' } },
        template: template('istiod', undefined, { containers }),
      };
      await apps().createNamespacedDeployment({ ...of, body: { metadata: { name: 'istiod' }, spec } });
      const change = [
        { name: 'B', value: '3' },
        { name: 'A', $patch: 'delete' },
        { name: 'C', value: '4' },
      ];
      const body = { spec: { template: { spec: { containers: [{ name: 'main', env: change }] } } } };
      const changed = await apps().patchNamespacedDeployment(
        { ...of, body },
        as(PatchStrategy.StrategicMergePatch),
      );
      expect(changed.metadata?.generation).toBe(2);
      const [main, side] = changed.spec?.template.spec?.containers ?? [];
      expect(main?.image).toBe('serves');
      expect(main?.env).toEqual([
        { name: 'B', value: '3' },
        { name: 'C', value: '4' },
      ]);
      expect(side?.name).toBe('side');
    });

    it('to a status goes by its own path only', async () => {
      const of = { namespace: at.namespace, name: 'idle' };
      const spec = { replicas: 0, selector: { matchLabels: { app: 'idle' } }, template: template('idle') };
      await apps().createNamespacedDeployment({ ...of, body: { metadata: { name: 'idle' }, spec } });
      const body = { status: { collisionCount: 7 } };
      const main = await apps().patchNamespacedDeployment({ ...of, body }, merge);
      expect(main.status?.collisionCount).toBeUndefined();
      const own = await apps().patchNamespacedDeploymentStatus({ ...of, body }, merge);
      expect(own.status?.collisionCount).toBe(7);
      const scale = await apps().readNamespacedDeploymentScale(of);
      expect(scale).toMatchObject({ kind: 'Scale', status: { selector: 'app=idle' } });
      await apps().patchNamespacedDeploymentScale({ ...of, body: { spec: { replicas: 1 } } }, merge);
      expect((await apps().readNamespacedDeployment(of)).spec?.replicas).toBe(1);
    });

    it('of a Secret’s stringData is served as data', async () => {
      const body = { metadata: { name: `pair-${count}` }, stringData: { user: 'me' } };
      const secret = await core().createNamespacedSecret({ namespace: at.namespace, body });
      expect(secret).toMatchObject({ type: 'Opaque', data: { user: Buffer.from('me').toString('base64') } });
      expect(secret.stringData).toBeUndefined();
    });

    it('as a dry run stores nothing', async () => {
      const map = await core().patchNamespacedConfigMap(
        { ...at, body: { data: { a: 'dry' } }, dryRun: 'All' },
        merge,
      );
      expect(map.data?.['a']).toBe('dry');
      expect((await read()).data?.['a']).toBe('1');
    });

    it('that deletes the object of another uid is a conflict', async () => {
      const body = { preconditions: { uid: 'other' } };
      const { metadata } = await read();
      expect(await refusal(core().deleteNamespacedConfigMap({ ...at, body }))).toMatchObject({
        ...{ code: 409, reason: 'Conflict' },
        message: `Operation cannot be fulfilled on ConfigMap "${at.name}": the UID in the precondition (other) does not match the UID in record (${metadata?.uid}). The object might have been deleted and then recreated`,
      });
      await expect(core().deleteNamespacedConfigMap(at)).resolves.toMatchObject({ status: 'Success' });
    });

    it('of a name that is taken is refused', async () => {
      const body = { metadata: { name: at.name } };
      expect(await refusal(core().createNamespacedConfigMap({ ...at, body }))).toMatchObject({
        ...{ code: 409, reason: 'AlreadyExists', message: `configmaps "${at.name}" already exists` },
      });
    });

    it.each([
      ['of another kind', { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'wrong' } }, 400],
      ['of a name that is none', { metadata: { name: 'Wrong_' } }, 422],
    ])('of an object %s is refused', async (_, body, code) => {
      expect(await refusal(core().createNamespacedConfigMap({ ...at, body }))).toMatchObject({ code });
    });

    it('of values that are no base64 is refused', async () => {
      const body = { metadata: { name: 'wrong' }, data: { key: 'no base64!' } };
      expect(await refusal(core().createNamespacedSecret({ ...at, body }))).toMatchObject({ code: 400 });
    });

    it('that the API server has done before its restart is known by its version', async () => {
      const { metadata } = await read();
      const body = { metadata: { resourceVersion: metadata?.resourceVersion }, data: { a: 'once' } };
      await core().patchNamespacedConfigMap({ ...at, body }, merge);
      await place.world.restart();
      const again = { ...at, body: { ...body, data: { a: 'twice' } } };
      expect(await refusal(core().patchNamespacedConfigMap(again, merge))).toMatchObject({ code: 409 });
      expect((await read()).data?.['a']).toBe('once');
    });

    it('that is tried again while the API server is restarted is done, and fails for reasons that pass', async () => {
      const failures: string[] = [];
      let restarted = false;
      const restarting = place.world.restart().then(() => (restarted = true));
      await waitFor({
        ...{ object: 'the settings', code: 'LOAD_TIMED_OUT', limitSeconds: 100, everySeconds: 0.02 },
        look: async () => {
          const over = restarted;
          await core()
            .patchNamespacedConfigMap({ ...at, body: { data: { a: String(failures.length) } } }, merge)
            .catch((error: unknown) => {
              const problem = asProblem(error, 'the settings');
              failures.push(problem.code);
              throw problem;
            });
          return over ? true : undefined;
        },
      });
      await restarting;
      expect(failures).toContain('CLUSTER_UNREACHABLE');
      expect((await read()).data?.['a']).toBe(String(failures.length));
    });
  });
}

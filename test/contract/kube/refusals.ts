import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { ApiException, AuthorizationV1Api, CustomObjectsApi, VersionApi } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { listAll } from '../../../activities/kube/list-all.ts';
import { calling, callingForMaybe } from '../../../activities/kube/problems.ts';
import { execIn } from '../../../activities/kube/exec.ts';
import { forwardTo } from '../../../activities/kube/port-forward.ts';
import type { ClusterClient } from '../../../activities/kube/connect.ts';
import { Problem } from '../../../problems/problem.ts';
import { eventually } from '../../support/eventually.ts';
import { loginWith, newPlace, refusal, type Place } from './place.ts';
import type { KubeWorld } from './world.ts';

/** What an API server refuses, by its words, and the problems that the product makes of them. */
export function refusals(open: () => KubeWorld): void {
  describe('an API server', () => {
    let place: Place;
    beforeAll(async () => {
      place = await newPlace(open());
    });

    it('names a missing object with its kind', async () => {
      const { namespace, client } = place;
      const read = () => client.core.readNamespacedSecret({ namespace, name: 'cacerts' });
      expect(await refusal(read())).toMatchObject({
        ...{ code: 404, reason: 'NotFound', message: 'secrets "cacerts" not found' },
        details: { name: 'cacerts', kind: 'secrets' },
      });
      await expect(calling('cacerts', read)).rejects.toMatchObject({
        code: 'OBJECT_NOT_FOUND',
        retryable: false,
      });
      expect(await callingForMaybe('cacerts', read)).toBeUndefined();
    });

    it('takes no object into a namespace that is not there', async () => {
      const body = { metadata: { name: 'one' } };
      expect(
        await refusal(place.client.core.createNamespacedConfigMap({ namespace: 'nowhere', body })),
      ).toMatchObject({
        ...{ code: 404, reason: 'NotFound', message: 'namespaces "nowhere" not found' },
      });
    });

    it('knows no kind that nobody has installed', async () => {
      const custom = place.client.config.makeApiClient(CustomObjectsApi);
      const of = { group: 'istio.io', version: 'v1', namespace: place.namespace, plural: 'meshes' };
      // It says so in words, not in a Status.
      await expect(custom.listNamespacedCustomObject(of)).rejects.toMatchObject({ code: 404 });
    });

    it('tells its version', async () => {
      await expect(place.client.config.makeApiClient(VersionApi).getCode()).resolves.toMatchObject({
        gitVersion: 'v1.36.2',
      });
    });

    it.each(['unknown', 'a.b.c'])('refuses the token %s', async (token) => {
      const { client } = await loginWith(place.world, token);
      await expect(calling('namespaces', () => client.core.listNamespace())).rejects.toMatchObject({
        ...{ code: 'CLUSTER_UNAUTHORIZED', retryable: false },
      });
    });

    it('refuses a token once it has ended, whatever it was at, and takes a new one', async () => {
      const { world, namespace } = place;
      const account = { namespace, name: 'short' };
      await place.client.core.createNamespacedServiceAccount({
        namespace,
        body: { metadata: { name: 'short' } },
      });
      await world.grant(account, [{ group: '', resource: 'secrets', verbs: ['list', 'watch'] }]);
      const late = await loginWith(world, await world.mint(account, 600));
      const list = (client: ClusterClient) =>
        listAll('secrets', (page) => client.core.listNamespacedSecret({ namespace, ...page }));
      await eventually(() => list(late.client));
      // Its clock may be a minute behind: it takes a token for so long.
      await late.renew(await world.mint(account, -50));
      await eventually(() =>
        expect(list(late.client)).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED' }),
      );
      await world.restart();
      await expect(list(late.client)).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED' });
      await late.renew(await world.mint(account, 600));
      await eventually(() => list(late.client));
    });

    describe('to one who may do little', () => {
      let client: ClusterClient;
      const name = 'little';
      beforeAll(async () => {
        const { world, namespace } = place;
        await place.client.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
        await world.grant({ namespace, name }, [
          { group: '', resource: 'pods', verbs: ['get'] },
          { group: '', resource: 'pods/exec', verbs: ['get'] },
          { group: '', resource: 'pods/portforward', verbs: ['create'] },
        ]);
        client = (await loginWith(world, await world.mint({ namespace, name }, 600))).client;
        const pod = () => client.core.readNamespacedPod({ namespace, name: 'nobody' });
        await eventually(() => expect(refusal(pod())).resolves.toMatchObject({ code: 404 }));
      });
      const user = () => `system:serviceaccount:${place.namespace}:${name}`;
      const rule = (group: string, resource: string, verb: string) =>
        `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]}`;

      it('says what is refused, and the product which rule is missing', async () => {
        const { namespace } = place;
        const patch = () => client.apps.patchNamespacedDeployment({ namespace, name: 'web', body: [] });
        const status = await refusal(patch());
        expect(status).toMatchObject({
          ...{ code: 403, reason: 'Forbidden', details: { name: 'web', kind: 'deployments' } },
          message: `deployments.apps "web" is forbidden: User "${user()}" cannot patch resource "deployments" in API group "apps" in the namespace "${namespace}"`,
        });
        await expect(calling('web', patch)).rejects.toMatchObject({
          ...{ code: 'CLUSTER_FORBIDDEN', retryable: false },
          details: { expected: `a Role of ${namespace} with ${rule('apps', 'deployments', 'patch')}` },
          hint: expect.stringContaining('kubectl apply -f deploy/rbac/restart-istiod.yaml (') as string,
        });
      });

      it('says so of a list, of the whole cluster and of a subresource', async () => {
        const { namespace } = place;
        expect((await refusal(client.core.listNamespacedPod({ namespace }))).message).toBe(
          `pods is forbidden: User "${user()}" cannot list resource "pods" in API group "" in the namespace "${namespace}"`,
        );
        expect((await refusal(client.core.listNode())).message).toBe(
          `nodes is forbidden: User "${user()}" cannot list resource "nodes" in API group "" at the cluster scope`,
        );
        await expect(calling('nodes', () => client.core.listNode())).rejects.toMatchObject({
          details: { expected: `a ClusterRole with ${rule('', 'nodes', 'list')}` },
        });
        expect((await refusal(client.core.readNamespacedPodLog({ namespace, name: 'web' }))).message).toBe(
          `pods "web" is forbidden: User "${user()}" cannot get resource "pods/log" in API group "" in the namespace "${namespace}"`,
        );
      });

      it('opens no session in a pod but for who may both read and make one', async () => {
        const { namespace } = place;
        const target = { namespace, pod: 'nobody', container: 'main' };
        await expect(execIn(client, target, ['true'])).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' });
        const forward = await forwardTo(client, namespace, 'nobody', 15000);
        await once(connect(forward.port, '127.0.0.1'), 'close');
        expect(forward.problem()?.code).toBe('CLUSTER_FORBIDDEN');
        await forward.close();
      });

      it('grants again what it has granted once it is back from a restart', async () => {
        const { namespace, world } = place;
        const seen = new Set<number | string>();
        const back = new AbortController();
        const over = world.restart().finally(() => back.abort());
        const read = () => client.core.readNamespacedPod({ namespace, name: 'nobody' });
        while (!back.signal.aborted) {
          const found = await read().catch((error: unknown) => error);
          seen.add(found instanceof ApiException ? found.code : 'no answer');
          await setTimeout(5);
        }
        await over;
        // Before it has loaded who may do what it refuses everybody.
        const passing: readonly (number | string)[] = ['no answer', 401, 403, 404, 429, 500, 503];
        expect([...seen].filter((one) => !passing.includes(one))).toEqual([]);
        expect(seen).toContain('no answer');
        expect(await refusal(read())).toMatchObject({ code: 404 });
      });

      it('is not taken for one that refuses while it starts', async () => {
        const { namespace, world } = place;
        const codes = new Set<string>();
        const back = new AbortController();
        const over = world.restart().finally(() => back.abort());
        const pod = { namespace, name: 'nobody' };
        while (!back.signal.aborted) {
          const problem: unknown = await calling('nobody', () => client.core.readNamespacedPod(pod)).catch(
            (thrown: unknown) => thrown,
          );
          if (problem instanceof Problem) codes.add(problem.code);
          await setTimeout(2);
        }
        await over;
        // A real one refuses everybody for some milliseconds only: whether a request met them nobody can tell.
        const passing = [
          'CLUSTER_UNREACHABLE',
          'CLUSTER_FAILING',
          'CLUSTER_STARTING',
          'CLUSTER_UNAUTHORIZED',
        ];
        expect([...codes].filter((code) => ![...passing, 'OBJECT_NOT_FOUND'].includes(code))).toEqual([]);
        expect(codes).toContain('CLUSTER_UNREACHABLE');
      });

      it('answers the same where it is asked beforehand, also after a restart', async () => {
        const { namespace } = place;
        const authorization = client.config.makeApiClient(AuthorizationV1Api);
        const may = async (verb: string, resource: string, subresource?: string) => {
          const resourceAttributes = {
            namespace,
            verb,
            resource,
            ...(subresource === undefined ? {} : { subresource }),
          };
          const body = { spec: { resourceAttributes } };
          return (await authorization.createSelfSubjectAccessReview({ body })).status?.allowed;
        };
        expect(await may('get', 'pods')).toBe(true);
        expect(await may('list', 'pods')).toBe(false);
        expect(await may('get', 'pods', 'exec')).toBe(true);
        await place.world.restart();
        await eventually(async () => expect(await may('get', 'pods')).toBe(true));
        expect(await may('list', 'pods')).toBe(false);
      });
    });
  });
}

import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectCluster } from '../../../activities/kube/connect.ts';
import { listAll } from '../../../activities/kube/list-all.ts';
import { asProblem } from '../../../activities/kube/problems.ts';
import { retryAfterMs } from '../../../activities/retry-after.ts';
import { serveCluster, type ServedCluster } from './api-server.ts';

let api: ServedCluster;
beforeAll(async () => {
  api = await serveCluster();
});
afterAll(() => api.close());

const list = () =>
  listAll('pods of cluster west', (page) =>
    api.client.core.listNamespacedPod({ namespace: 'default', ...page }),
  );

describe('a refusal by the API server', () => {
  test.each([
    [429, 'CLUSTER_THROTTLED', true],
    [500, 'CLUSTER_FAILING', true],
    [503, 'CLUSTER_FAILING', true],
    [409, 'OBJECT_CONFLICT', true],
    [422, 'REQUEST_REJECTED', false],
  ])('with %i is %s', async (status, code, retryable) => {
    const end = api.cluster.faults.set({ matches: () => true, status });
    await expect(list()).rejects.toMatchObject({ code, retryable });
    end();
  });

  test('with 429 keeps how long it asks to be left alone', async () => {
    const end = api.cluster.faults.set({ matches: () => true, status: 429, retryAfter: 7 });
    const error: unknown = await list().catch((thrown: unknown) => thrown);
    expect(retryAfterMs(error)).toBe(7_000);
    end();
  });
});

describe('no answer', () => {
  test('because nobody listens is CLUSTER_UNREACHABLE, with the reason', async () => {
    const gone = await serveCluster();
    await gone.served.close();
    const error: unknown = await gone.client.core.listNode().catch((thrown: unknown) => thrown);
    const problem = asProblem(error, 'nodes of cluster west');
    expect(problem).toMatchObject({ code: 'CLUSTER_UNREACHABLE', retryable: true });
    expect(problem.message).toMatch(/ECONNREFUSED/);
    await gone.cluster.stop();
  });

  test('because the connection was cut is CLUSTER_UNREACHABLE', async () => {
    const end = api.cluster.faults.set({ matches: () => true, cut: true });
    await expect(list()).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
    end();
  });
});

describe('a kubeconfig', () => {
  test('without the wanted context says which there are', () => {
    const access = { kind: 'kubeconfig', path: api.kubeconfig, context: 'east' } as const;
    expect(() => connectCluster({ name: 'east', access })).toThrow(/expected context east.*found west/);
  });

  test('that is renewed is read by a client that is in use, for requests and sessions alike', async () => {
    const text = await readFile(api.kubeconfig, 'utf8');
    const token = api.cluster.tokens.addUser();
    await list();
    api.cluster.tokens.revoke(api.token);
    await expect(list()).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED' });
    await writeFile(api.kubeconfig, text.slice(0, text.indexOf('users:')));
    await expect(list()).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED' });
    await writeFile(api.kubeconfig, text.replace(api.token, token));
    await expect(list()).resolves.toBeDefined();
    const options: { headers?: Record<string, string> } = {};
    await api.client.config.applyToHTTPSOptions(options);
    expect(options.headers).toMatchObject({ Authorization: `Bearer ${token}` });
  });

  test('that is not there is KUBECONFIG_INVALID', () => {
    const access = { kind: 'kubeconfig', path: '/nowhere/kubeconfig', context: undefined } as const;
    expect(() => connectCluster({ name: 'east', access })).toThrow(/the kubeconfig cannot be used/);
  });
});

describe('a cluster that the worker is to be in', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('is NOT_IN_CLUSTER outside of any pod', () => {
    for (const variable of ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'])
      vi.stubEnv(variable, undefined);
    expect(() => connectCluster({ name: 'east', access: { kind: 'inCluster' } })).toThrow(
      expect.objectContaining({
        code: 'NOT_IN_CLUSTER',
        message: expect.stringContaining('cluster east') as string,
      }) as Error,
    );
  });

  test('is reached by what the pod is told of its API server', () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1');
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443');
    const { config } = connectCluster({ name: 'east', access: { kind: 'inCluster' } });
    expect(config.getCurrentCluster()?.server).toBe('https://10.0.0.1:443');
  });
});

import { Exec } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listMeshPods } from '../../../activities/workloads/pods.ts';
import { readProxy } from '../../../activities/workloads/read-proxy.ts';
import { addWorkload, fakeMesh, readyPods, type FakeMesh } from './fake-mesh.ts';
import { eventually } from '../../support/eventually.ts';

let mesh: FakeMesh;
beforeEach(async () => void (mesh = await fakeMesh()));
afterEach(() => mesh.close());

test('a command that does not answer is given up, and its session closed', async () => {
  addWorkload(mesh, 'statefulsets', 'cart', { labels: { port: 'closed', exec: 'silent' } });
  await eventually(() => expect(readyPods(mesh)).toBe(1));
  const [pod] = (await listMeshPods(mesh.world.client)).proxies;
  if (pod === undefined) throw new Error('expected a proxy');
  const exec = vi.spyOn(Exec.prototype, 'exec');
  await expect(readProxy(mesh.world, pod, 500)).rejects.toMatchObject({
    code: 'PROXY_UNREADABLE',
    details: { found: 'no answer within 0.5 s' },
  });
  const closed = { value: { readyState: 3 } };
  await eventually(() => expect(exec.mock.settledResults[0]).toMatchObject(closed));
  exec.mockRestore();
});

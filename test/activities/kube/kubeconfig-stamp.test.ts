import { mkdtemp, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kubeconfigStamp } from '../../../activities/kube/kubeconfig-stamp.ts';

test('changes when the kubeconfig is written, and is told of one that is not there', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'kubeconfig-')), 'config');
  const access = { kind: 'kubeconfig', path, context: undefined } as const;
  const missing = kubeconfigStamp(access);
  await writeFile(path, 'users: []');
  const first = kubeconfigStamp(access);
  expect(kubeconfigStamp(access)).toBe(first);
  await utimes(path, new Date(0), new Date(0));
  expect(new Set([missing, first, kubeconfigStamp(access)]).size).toBe(3);
});

test('is the same for ever in a cluster, where the token renews itself', () => {
  expect(kubeconfigStamp({ kind: 'inCluster' })).toBe('');
});

import { expect, test } from 'vitest';
import { reached } from '../../../activities/kube/reached.ts';
import { Problem } from '../../../problems/problem.ts';

const wait = { object: 'istiod of west', code: 'LOAD_TIMED_OUT' } as const;
const away = () => Promise.reject(new Problem('CLUSTER_UNREACHABLE', { object: 'deployments of west' }));

test('reads again while the failure is a passing one, and tells what is left of the limit', async () => {
  let reads = 0;
  const read = () => ((reads += 1) === 1 ? away() : Promise.resolve('known'));
  const { known, leftSeconds } = await reached({ ...wait, limitSeconds: 60 }, read);
  expect(known).toBe('known');
  expect(leftSeconds).toBeLessThan(60);
  expect(leftSeconds).toBeGreaterThanOrEqual(0);
});

test('ends within the limit of the wait that it begins', async () => {
  const ended = reached({ ...wait, limitSeconds: 0.01 }, away);
  await expect(ended).rejects.toMatchObject({ code: 'LOAD_TIMED_OUT' });
});

import { expect, it } from 'vitest';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { temporalProblem } from '../../../cli/temporal-problems.ts';
import { Problem } from '../../../problems/problem.ts';
import { golden } from '../golden.ts';
import { activating, forbidden, progress } from '../samples.ts';
import { scripted } from '../session.ts';

const change = { state: 'stopped', awaiting: undefined, stopped: forbidden } as const;
const stopped = progress({ state: 'stopped', phases: [{ ...activating(change), state: 'stopped' }] });

it('says under --dry-run what would go on, and tells nobody', async () => {
  const rotations = scripted({ kind: 'live', progress: stopped });
  await golden('retry-dry-run', 'rotation retry prod/payments --dry-run', { rotations });
  expect(rotations.retried).toEqual([]);
});

it('refuses under --dry-run what it would refuse in earnest', async () => {
  const rotations = scripted({ kind: 'live', progress: stopped });
  await golden('retry-dry-run-refused', 'rotation retry prod/payments --cluster aks-weu-1 --dry-run', {
    rotations,
  });
});

it('refuses under --dry-run what is stopped in a rotation that is paused', async () => {
  const rotations = scripted({ kind: 'live', progress: { ...stopped, state: 'paused' } });
  await golden('retry-dry-run-paused', 'rotation retry prod/payments --dry-run', { rotations });
});

it('needs a worker to say what would go on', async () => {
  const rotations = scripted({ kind: 'silent', memo: undefined });
  await golden('retry-dry-run-silent', 'rotation retry prod/payments --dry-run', { rotations });
});

it('says that there is no such cluster, under --dry-run and in earnest', async () => {
  const seen = { kind: 'live', progress: stopped } as const;
  const refused = new Problem('COMMAND_REFUSED', { object: 'prod/payments', found: 'not stopped' });
  const rotations = { ...scripted(seen), retry: () => Promise.reject(refused) };
  const retry = 'rotation retry prod/payments';
  await golden('retry-no-such-cluster', `${retry} --cluster aks-eus-2`, { rotations });
  await golden('retry-dry-run-no-such-cluster', `${retry} --cluster nope --dry-run`, { rotations });
});

it('tells the refusal as it is where the cluster is there', async () => {
  const mesh = { fleet: 'prod', mesh: 'payments' };
  const refused = temporalProblem(
    new WorkflowUpdateFailedError('refused', new Error('it is not stopped')),
    mesh,
  );
  const rotations = {
    ...scripted({ kind: 'live', progress: stopped }),
    retry: async () => {
      throw await Promise.resolve(refused);
    },
  };
  await golden('retry-refused', 'rotation retry prod/payments --cluster aks-weu-1', { rotations });
});

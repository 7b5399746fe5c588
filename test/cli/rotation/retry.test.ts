import { expect, it } from 'vitest';
import { golden } from '../golden.ts';
import { activating, forbidden, progress } from '../samples.ts';
import { scripted } from '../session.ts';

const change = { state: 'stopped', awaiting: undefined, stopped: forbidden } as const;
const stopped = progress({ state: 'running', phases: [{ ...activating(change), state: 'stopped' }] });

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

it('needs a worker to say what would go on', async () => {
  const rotations = scripted({ kind: 'silent', memo: undefined });
  await golden('retry-dry-run-silent', 'rotation retry prod/payments --dry-run', { rotations });
});

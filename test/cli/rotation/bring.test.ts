import { expect, it } from 'vitest';
import { bring, type Outcome } from '../../../cli/rotation/bring.ts';
import { Problem } from '../../../problems/problem.ts';

const name = { fleet: 'prod', mesh: 'payments' };
const brought = Array.from({ length: 12 }, (_, index) => ({
  unit: `aks-${index}`,
  files: [`${index}.pem`],
  publicKey: String(index),
  chain: 'chain',
  fingerprints: [`fingerprint ${index}`],
}));

type Submit = (publicKey: string) => Promise<string>;

/** What became of each, and what ended it. */
async function outcomesOf(submit: Submit) {
  const told: Outcome[] = [];
  try {
    for await (const outcome of bring({ submit: (_, { publicKey }) => submit(publicKey) }, name, brought))
      told.push(outcome);
  } catch (error) {
    return { told: told.map(({ unit }) => unit), error };
  }
  return { told: told.map(({ unit }) => unit), error: undefined };
}

it('brings some at a time, fewer than a server takes of one rotation, and tells of all in their order', async () => {
  const waiting = new Map<string, () => void>();
  let most = 0;
  const end = outcomesOf(async (key) => {
    most = Math.max(most, waiting.size + 1);
    await new Promise<void>((resolve) => {
      waiting.set(key, resolve);
      // The last of those under way is answered first.
      if (waiting.size === 5 || key === '11')
        for (const answer of [...waiting.values()].toReversed()) answer();
    });
    waiting.delete(key);
    return `fingerprint ${key}`;
  });
  expect((await end).told).toEqual(brought.map(({ unit }) => unit));
  expect(most).toBe(5);
});

it('ends where the server is lost, and tells of all that it was asked before', async () => {
  const asked: string[] = [];
  const lost = new Problem('TEMPORAL_UNREACHABLE', { object: 'prod/payments', found: 'no connection' });
  const { told, error } = await outcomesOf((key) => {
    asked.push(key);
    return key === '3' ? Promise.reject(lost) : Promise.resolve(`fingerprint ${key}`);
  });
  expect(error).toBe(lost);
  expect(asked.length).toBeLessThan(brought.length);
  expect(told).toEqual(asked.filter((key) => key !== '3').map((key) => `aks-${key}`));
});

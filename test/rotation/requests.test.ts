import { describe, expect, it } from 'vitest';
import { mostBytes } from '../../pki/checks/limits.ts';
import { mostSubmitted, requestsPage, type RequestsPage } from '../../rotation/requests.ts';

const unitsOf = (of: readonly { readonly unit: string }[]) => of.map(({ unit }) => unit);
const named = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, '0')}`);
const waiting = named(60, 'aks').map((unit) => ({ unit, publicKey: `key of ${unit}`, csr: 'csr' }));
const taken = named(60, 'bks').map((unit) => ({ unit, publicKey: `key of ${unit}`, fingerprint: 'f' }));
const observing = { state: 'observing', stopped: undefined } as const;

describe('the pages of what is to be signed elsewhere', () => {
  it('name each request once, whether it waits or its certificate was brought', () => {
    const pages: RequestsPage[] = [];
    do {
      const after = pages.at(-1)?.next;
      pages.push(requestsPage({ requests: waiting, taken, staging: false }, observing, after));
    } while (pages.at(-1)?.next !== undefined);
    expect(pages.map(({ requests, taken: brought }) => [requests.length, brought.length])).toEqual([
      [50, 0],
      [10, 40],
      [0, 20],
    ]);
    expect(pages.flatMap(({ requests }) => unitsOf(requests))).toEqual(unitsOf(waiting));
    expect(pages.flatMap((page) => unitsOf(page.taken))).toEqual(unitsOf(taken));
  });

  it('say how the rotation is, and why it stands still', () => {
    const none = { requests: [], taken: [], staging: true };
    expect(requestsPage(none, observing)).toEqual({ ...none, state: 'observing', next: undefined });
    const stopped = { code: 'WORKER_MISSING', message: 'nobody listens', hint: 'start one', at: 'now' };
    expect(requestsPage(none, { state: 'stopped', stopped })).toMatchObject({
      state: 'stopped',
      stopped: { code: 'WORKER_MISSING', message: 'nobody listens', hint: 'start one' },
    });
  });
});

it('takes no longer a chain than the secret takes in which it is to lie', () => {
  expect(mostSubmitted).toBe(mostBytes.keyVaultSecret);
});

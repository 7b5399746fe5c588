import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceWriteInput } from '../../../activities/ca-source.ts';
import { objects } from '../../support/csi-world.ts';
import { a, b, newestText, openBench, putsOf, refOf, type Bench } from './bench.ts';

const roots = [a.root, b.root];
const chain = [...a.chain, ...b.chain];
const step: SourceWriteInput = {
  ref: refOf('replace-all'),
  write: { roots, chain, signer: b.signer },
  newCa: b.newCa,
  from: { roots: [a.root], signer: a.signer },
};
const inOrder = [objects.root, objects.chain, objects.key, objects.cert];

describe('a write to Key Vault that is repeated', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });

  afterEach(() => bench.close());

  it('makes no version the second time and says the same as the first', async () => {
    const first = await bench.source.write(step);
    const second = await bench.source.write(step);
    expect(putsOf(bench.vault)).toEqual(inOrder);
    expect(second).toEqual(first);
  });

  it('makes none where somebody else has made the same set', async () => {
    bench.vault.store.set(objects.root, a.files.root + b.files.root);
    bench.vault.store.set(objects.chain, a.files.chain + b.files.chain);
    bench.vault.store.set(objects.key, b.files.key);
    bench.vault.store.set(objects.cert, b.files.cert);
    expect((await bench.source.write(step)).written).toEqual([]);
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it.each(inOrder)('finishes the set after a crash before %s', async (secret) => {
    bench.vault.faults.add({
      matches: ({ method, name }) => method === 'PUT' && name === secret,
      effect: { kind: 'cut', when: 'before' },
      times: 1,
    });
    await expect(bench.source.write(step)).rejects.toMatchObject({ code: 'KEY_VAULT_UNAVAILABLE' });
    const { written } = await bench.source.write(step);
    expect(written).toEqual(['root', 'chain', 'key', 'cert']);
    expect(putsOf(bench.vault).length).toBe(5);
    for (const name of inOrder) expect(bench.vault.store.versions(name)).toHaveLength(2);
  });

  it.each(inOrder)('finds the version of %s whose answer was lost', async (secret) => {
    bench.vault.faults.add({
      matches: ({ method, name }) => method === 'PUT' && name === secret,
      effect: { kind: 'cut', when: 'after' },
      times: 1,
    });
    await expect(bench.source.write(step)).rejects.toMatchObject({ code: 'KEY_VAULT_UNAVAILABLE' });
    await bench.source.write(step);
    for (const name of inOrder) expect(bench.vault.store.versions(name)).toHaveLength(2);
    expect(bench.vault.store.get(objects.root).tags).not.toHaveProperty('meshturn-lease');
  });

  it('puts a set back that it may not finish, last written first', async () => {
    const mend = bench.vault.faults.add({
      matches: ({ method, name }) => method === 'PUT' && name === objects.cert,
      effect: { kind: 'status', status: 403 },
    });
    await expect(bench.source.write(step)).rejects.toMatchObject({ code: 'KEY_VAULT_FORBIDDEN' });
    expect(putsOf(bench.vault)).toEqual([...inOrder, objects.key, objects.chain, objects.root]);
    expect(newestText(bench.vault, objects.key)).toBe(a.files.key);
    expect(newestText(bench.vault, objects.root)).toBe(a.files.root);
    mend();
    expect((await bench.source.write(step)).written).toEqual(['root', 'chain', 'key', 'cert']);
    expect(newestText(bench.vault, objects.cert)).toBe(b.files.cert);
  });

  it('says so where a half-written set can be neither finished nor put back', async () => {
    let keys = 0;
    bench.vault.faults.add({
      matches: ({ method, name }) =>
        method === 'PUT' && (name === objects.cert || (name === objects.key && ++keys > 1)),
      effect: { kind: 'status', status: 403 },
    });
    await expect(bench.source.write(step)).rejects.toMatchObject({
      code: 'KEY_VAULT_FORBIDDEN',
      details: { found: 'a set half-written that could not be put back' },
      parts: [{ code: 'KEY_VAULT_FORBIDDEN' }, { code: 'KEY_VAULT_FORBIDDEN' }],
    });
  });

  it('tells when Key Vault wants to be asked again, and asks no sooner by itself', async () => {
    bench.vault.faults.add({
      matches: ({ method }) => method === 'PUT',
      effect: { kind: 'status', status: 429, retryAfterSeconds: 7 },
    });
    await expect(bench.source.write(step)).rejects.toMatchObject({
      code: 'KEY_VAULT_THROTTLED',
      retryable: true,
      cause: { status: 429, retryAfterSeconds: 7, headers: { 'retry-after': '7' } },
    });
    expect(putsOf(bench.vault)).toHaveLength(1);
  });
});

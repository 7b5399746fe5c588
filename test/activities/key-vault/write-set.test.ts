import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SourceWriteInput } from '../../../activities/ca-source.ts';
import type { WriteEvidence } from '../../../activities/contract.ts';
import { oneContainsOther } from '../../../pki/bundle.ts';
import type { SourceWrite, StageName } from '../../../rotation/plan.ts';
import { objects } from '../../support/csi-world.ts';
import { a, b, newestText, openBench, putsOf, refOf, type Bench } from './bench.ts';

const atStart = { roots: [a.root], signer: a.signer };
const bothRoots = { roots: [a.root, b.root], signer: a.signer };
const bothChain = [...a.chain, ...b.chain];

describe('writing to a CA source in Key Vault', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });

  afterEach(async () => {
    vi.useRealTimers();
    await bench.close();
  });

  /** Versions are told apart by when they were made, which Key Vault keeps to the second. */
  function aSecondLater(): void {
    vi.useFakeTimers({ now: Date.now() + 1_000, toFake: ['Date'] });
  }

  function write(
    stage: StageName,
    what: SourceWrite,
    more: Partial<SourceWriteInput> = {},
  ): Promise<WriteEvidence> {
    return bench.source.write({ ref: refOf(stage), write: what, newCa: b.newCa, from: atStart, ...more });
  }

  /** The stages of a root rotation up to the one before `signer`. */
  async function untilBothChain(): Promise<void> {
    await write('add-roots', { roots: bothRoots.roots });
    await write('chain-of-both', { chain: bothChain }, { from: bothRoots });
  }

  it('writes only what changes', async () => {
    const evidence = await write('add-roots', { roots: bothRoots.roots });
    expect(putsOf(bench.vault)).toEqual([objects.root]);
    expect(evidence.written).toEqual(['root']);
    expect(evidence.versions.root).toBe(bench.vault.store.get(objects.root).version);
  });

  it('writes roots, then chain, then key and certificate back to back', async () => {
    const roots = bothRoots.roots;
    const evidence = await write('replace-all', { roots, chain: bothChain, signer: b.signer });
    expect(putsOf(bench.vault)).toEqual([objects.root, objects.chain, objects.key, objects.cert]);
    expect(evidence.written).toEqual(['root', 'chain', 'key', 'cert']);
    const requests = bench.vault.requests.list().map(({ method, name }) => `${method} ${name ?? ''}`);
    const key = requests.indexOf(`PUT ${objects.key}`);
    expect(requests[key + 1]).toBe(`PUT ${objects.cert}`);
  });

  it('writes key and certificate before the chain that holds them only where that is asked for', async () => {
    await write('add-roots', { roots: bothRoots.roots });
    await expect(write('signer', { signer: b.signer }, { from: bothRoots })).rejects.toMatchObject({
      code: 'CHAIN_LACKS_CERTIFICATE',
    });
    await write('signer', { signer: b.signer, chainLater: true }, { from: bothRoots });
    await write('trim-chain', { chain: b.chain }, { from: { ...bothRoots, signer: b.signer } });
    expect(putsOf(bench.vault)).toEqual([objects.root, objects.key, objects.cert, objects.chain]);
  });

  it('walks a root rotation to its end with exact bytes', async () => {
    await untilBothChain();
    expect(newestText(bench.vault, objects.root)).toBe(a.files.root + b.files.root);
    expect(newestText(bench.vault, objects.chain)).toBe(a.files.chain + b.files.chain);
    await write('signer', { signer: b.signer }, { from: bothRoots });
    expect(newestText(bench.vault, objects.cert)).toBe(b.files.cert);
    expect(newestText(bench.vault, objects.key)).toBe(b.files.key);
    await write('trim-chain', { chain: b.chain }, { from: { ...bothRoots, signer: b.signer } });
    await write('drop-roots', { roots: [b.root] }, { from: { ...bothRoots, signer: b.signer } });
    expect(newestText(bench.vault, objects.root)).toBe(b.files.root);
    const { observed } = await bench.source.read();
    expect(observed.signer).toEqual({ fingerprint: b.signer, root: b.root, chain: b.chain });
  });

  it('takes a later stage of a phase for its own though the step began elsewhere', async () => {
    await untilBothChain();
    await write('signer', { signer: b.signer }, { from: bothRoots });
    await expect(write('trim-chain', { chain: b.chain }, { from: bothRoots })).resolves.toMatchObject({
      written: ['chain'],
    });
  });

  it('keeps a growing bundle to the byte, though nothing ends its last line', async () => {
    const old = `# made by hand\n${a.files.root.trimEnd()}`;
    bench.vault.store.set(objects.root, old);
    await write('add-roots', { roots: bothRoots.roots });
    expect(newestText(bench.vault, objects.root)).toBe(`${old}\n${b.files.root}`);
  });

  it.each([
    ['nothing ends its last line', (text: string) => text.trimEnd()],
    ['its lines end in CR LF', (text: string) => text.replaceAll('\n', '\r\n')],
    [
      'words stand between its certificates',
      (text: string) => text.replaceAll('-----BEGIN', '# root\n-----BEGIN'),
    ],
  ])('cuts a shrinking bundle out of the present one, though %s', async (_, change) => {
    const grown = change(a.files.root + b.files.root);
    bench.vault.store.set(objects.root, grown);
    await write('drop-roots', { roots: [a.root] }, { from: bothRoots });
    const shrunk = newestText(bench.vault, objects.root);
    expect((await bench.source.read()).observed.roots).toEqual([a.root]);
    expect(oneContainsOther(grown, shrunk)).toBe(true);
  });

  it.each([
    ['nothing ends its last line', (text: string) => text.trimEnd()],
    ['its lines end in CR LF', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('cuts the last root out of the present bundle, though %s', async (_, change) => {
    await untilBothChain();
    await write('signer', { signer: b.signer }, { from: bothRoots });
    const grown = change(a.files.root + b.files.root);
    bench.vault.store.set(objects.root, grown);
    const from = { ...bothRoots, signer: b.signer };
    await write('drop-roots', { roots: [b.root] }, { from });
    const shrunk = newestText(bench.vault, objects.root);
    expect((await bench.source.read()).observed.roots).toEqual([b.root]);
    expect(oneContainsOther(grown, shrunk)).toBe(true);
  });

  it('keeps the present bundle to the byte where a root is put before it', async () => {
    const old = a.files.root.replaceAll('\n', '\r\n').trimEnd();
    bench.vault.store.set(objects.root, old);
    await write('add-roots', { roots: [b.root, a.root] });
    expect(newestText(bench.vault, objects.root)).toBe(b.files.root + old);
  });

  it('never leaves a set in which certificate and key match and the chain lacks the certificate', async () => {
    const torn: string[] = [];
    bench.vault.faults.add({
      matches: () => {
        const [cert, chain] = [newestText(bench.vault, objects.cert), newestText(bench.vault, objects.chain)];
        const key = newestText(bench.vault, objects.key);
        const matches = [a, b].some(({ files }) => files.cert === cert && files.key === key);
        if (matches && !chain.includes(cert)) torn.push(cert);
        return false;
      },
      effect: { kind: 'delay', milliseconds: 0 },
    });
    await untilBothChain();
    await write('signer', { signer: b.signer }, { from: bothRoots });
    await write('trim-chain', { chain: b.chain }, { from: { ...bothRoots, signer: b.signer } });
    await bench.source.read();
    expect(torn).toEqual([]);
  });

  it('tags each version with its rotation, step and contents, and keeps what others put there', async () => {
    bench.vault.store.update(objects.key, undefined, { tags: { owner: 'mesh' }, contentType: 'text/x-pem' });
    await untilBothChain();
    await write('signer', { signer: b.signer }, { from: bothRoots });
    expect(bench.vault.store.get(objects.key)).toMatchObject({
      contentType: 'text/x-pem',
      tags: {
        owner: 'mesh',
        'meshturn-rotation': 'rot-1',
        'meshturn-mesh': 'prod/payments',
        'meshturn-step': 'activate/signer',
        'meshturn-sha256': b.signer,
      },
    });
  });

  it('tells whose walk has left the source on its way, until the last write of that walk', async () => {
    const read = async () => (await bench.source.read()).observed.unfinished;
    const by = { rotationId: 'rot-1', mesh: 'prod/payments', at: expect.any(String) as string };
    expect(await read()).toBeUndefined();
    await write('add-roots', { roots: bothRoots.roots });
    expect(await read()).toEqual({ ...by, step: 'distribute/add-roots' });
    aSecondLater();
    await write('chain-of-both', { chain: bothChain }, { from: bothRoots });
    expect(await read()).toEqual({ ...by, step: 'activate/chain-of-both' });
    aSecondLater();
    await write('signer', { signer: b.signer }, { from: bothRoots });
    aSecondLater();
    await write('trim-chain', { chain: b.chain }, { from: { ...bothRoots, signer: b.signer } });
    expect(await read()).toEqual({ ...by, step: 'activate/trim-chain' });
    await write('drop-roots', { roots: [b.root] }, { from: { ...bothRoots, signer: b.signer } });
    expect(await read()).toBeUndefined();
  });

  it('names the one that wrote last where a rotation has taken up another, and none after a hand', async () => {
    await write('add-roots', { roots: bothRoots.roots });
    aSecondLater();
    const ref = { ...refOf('chain-of-both', 'rot-2'), fleet: 'staging' };
    await write('chain-of-both', { chain: bothChain }, { from: bothRoots, ref });
    expect((await bench.source.read()).observed.unfinished).toMatchObject({
      rotationId: 'rot-2',
      mesh: 'staging/payments',
    });
    bench.vault.store.set(objects.chain, a.files.chain);
    bench.vault.store.set(objects.root, a.files.root);
    expect((await bench.source.read()).observed.unfinished).toBeUndefined();
  });

  it('holds a lease while it writes and none afterwards', async () => {
    const seen: (string | undefined)[] = [];
    bench.vault.faults.add({
      matches: ({ method }) => {
        const { tags } = bench.vault.store.get(objects.root);
        if (method === 'PUT') seen.push(tags['meshturn-lease']?.split(' ')[0]);
        return false;
      },
      effect: { kind: 'delay', milliseconds: 0 },
    });
    const roots = bothRoots.roots;
    await write('replace-all', { roots, chain: bothChain, signer: b.signer });
    expect(seen).toEqual(['rot-1', 'rot-1', 'rot-1', 'rot-1']);
    expect(bench.vault.store.get(objects.root).tags).not.toHaveProperty('meshturn-lease');
  });

  it('goes back to the old signer by the key in a past version', async () => {
    await untilBothChain();
    await write('signer', { signer: b.signer }, { from: bothRoots });
    const from = { ...bothRoots, signer: b.signer };
    await write('signer', { signer: a.signer }, { from, newCa: undefined });
    expect(newestText(bench.vault, objects.key)).toBe(a.files.key);
    await write('trim-chain', { chain: a.chain }, { from: bothRoots, newCa: undefined });
    await write('drop-roots', { roots: [a.root] }, { from: bothRoots, newCa: undefined });
    expect(newestText(bench.vault, objects.root)).toBe(a.files.root);
  });

  it('brings a root back from a past version where nothing else has it', async () => {
    await untilBothChain();
    await write('signer', { signer: b.signer }, { from: bothRoots });
    const from = { ...bothRoots, signer: b.signer };
    await write('trim-chain', { chain: b.chain }, { from });
    await write('drop-roots', { roots: [b.root] }, { from });
    const roots = [b.root, a.root];
    await write('add-roots', { roots }, { from: { roots: [b.root], signer: b.signer }, newCa: undefined });
    expect(newestText(bench.vault, objects.root)).toBe(b.files.root + a.files.root);
  });
});

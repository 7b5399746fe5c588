import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceWriteInput } from '../../../activities/ca-source.ts';
import type { WriteEvidence } from '../../../activities/contract.ts';
import { makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { objects } from '../../support/csi-world.ts';
import { a, b, generation, openBench, putsOf, refOf, type Bench } from './bench.ts';

const c = generation('C');
const from = { roots: [a.root], signer: a.signer };

describe('a write to Key Vault that must not happen', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });

  afterEach(() => bench.close());

  function addRoots(more: Partial<SourceWriteInput> = {}): Promise<WriteEvidence> {
    const write = { roots: [a.root, b.root] };
    return bench.source.write({ ref: refOf('add-roots'), write, newCa: b.newCa, from, ...more });
  }

  /** As soon as we have taken the lease, another takes it. */
  function takenAfterUs(lease: string): void {
    bench.vault.faults.add({
      matches: ({ method, name }) => {
        if (method === 'PATCH' && name === objects.root) {
          const { version } = bench.vault.store.get(objects.root);
          const tags = { 'meshturn-lease': lease };
          setImmediate(() => bench.vault.store.update(objects.root, version, { tags }));
        }
        return false;
      },
      effect: { kind: 'delay', milliseconds: 0 },
    });
  }

  it('is refused after a foreign change of the roots', async () => {
    bench.vault.store.set(objects.root, a.files.root + c.files.root);
    await expect(addRoots()).rejects.toMatchObject({ code: 'SOURCE_CHANGED_BY_OTHER' });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it('is refused after a foreign change of the signer', async () => {
    bench.vault.store.set(objects.root, a.files.root + b.files.root);
    bench.vault.store.set(objects.cert, b.files.cert);
    bench.vault.store.set(objects.key, b.files.key);
    await expect(addRoots()).rejects.toMatchObject({
      code: 'SOURCE_CHANGED_BY_OTHER',
      details: { found: expect.stringContaining('Intermediate CA - B1') as string },
    });
  });

  it('is refused after a foreign certificate came without its key', async () => {
    bench.vault.store.set(objects.cert, c.files.cert);
    await expect(addRoots()).rejects.toMatchObject({
      code: 'SOURCE_CHANGED_BY_OTHER',
      details: {
        found: expect.stringContaining('Intermediate CA - C1') as string,
        hint: expect.stringContaining('--vault-name localhost --name ca-cert, and likewise ca-key') as string,
      },
    });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it('is refused after a foreign change of the chain that no stage of the step leads to', async () => {
    bench.vault.store.set(objects.chain, c.files.chain + a.files.chain);
    const state = { roots: [a.root, b.root], signer: a.signer };
    const reached = [{ expect: state, chain: a.chain }];
    await expect(addRoots({ reached })).rejects.toMatchObject({
      code: 'SOURCE_CHANGED_BY_OTHER',
      details: { expected: expect.stringContaining('chain') as string },
    });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it('is not refused where somebody has put back by hand what the stage before has written', async () => {
    bench.vault.store.set(objects.root, a.files.root + b.files.root);
    bench.vault.store.set(objects.cert, b.files.cert);
    bench.vault.store.set(objects.key, b.files.key);
    bench.vault.store.set(objects.chain, b.files.chain + a.files.chain);
    const state = { roots: [a.root, b.root], signer: b.signer };
    const reached = [
      { expect: state, chain: [...b.chain, ...a.chain] },
      { expect: state, chain: b.chain },
    ];
    const input = { ref: refOf('trim-chain'), write: { chain: b.chain }, newCa: b.newCa, reached };
    const written = bench.source.write({ ...input, from: { roots: state.roots, signer: a.signer } });
    await expect(written).resolves.toMatchObject({ written: ['chain'] });
  });

  it('is refused while another rotation writes, and goes on when the lease has ended', async () => {
    const until = new Date(Date.now() + 60_000).toISOString();
    bench.vault.store.update(objects.root, undefined, { tags: { 'meshturn-lease': `rot-9 ${until}` } });
    await expect(addRoots()).rejects.toMatchObject({
      code: 'HELD_BY_OTHER_ROTATION',
      details: { found: `a lease of rotation rot-9 until ${until}` },
    });
    const ended = new Date(Date.now() - 1_000).toISOString();
    bench.vault.store.update(objects.root, undefined, { tags: { 'meshturn-lease': `rot-9 ${ended}` } });
    await expect(addRoots()).resolves.toMatchObject({ written: ['root'] });
  });

  it('takes the lease of a lost rotation over where somebody says so, and gives it back', async () => {
    const until = new Date(Date.now() + 60_000).toISOString();
    bench.vault.store.update(objects.root, undefined, { tags: { 'meshturn-lease': `rot-9 ${until}` } });
    await expect(addRoots({ takeOver: true })).resolves.toMatchObject({ written: ['root'] });
    expect(bench.vault.store.get(objects.root).tags).not.toHaveProperty('meshturn-lease');
  });

  it('takes that lease off where nothing is left to be written', async () => {
    bench.vault.store.set(objects.root, a.files.root + b.files.root);
    const until = new Date(Date.now() + 60_000).toISOString();
    bench.vault.store.update(objects.root, undefined, { tags: { 'meshturn-lease': `rot-9 ${until}` } });
    await expect(addRoots({ takeOver: true })).resolves.toMatchObject({ written: [] });
    expect(bench.vault.store.get(objects.root).tags).not.toHaveProperty('meshturn-lease');
  });

  it('stops before its next object when a later attempt of the same write has taken the lease', async () => {
    const { rotationId } = refOf('add-roots');
    takenAfterUs(`${rotationId} ${new Date(Date.now() + 60_000).toISOString()} later`);
    await expect(addRoots()).rejects.toMatchObject({
      code: 'HELD_BY_OTHER_ROTATION',
      details: { found: 'a lease of a later attempt of this write' },
    });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it.each([
    ['right after the lease was taken', 'PATCH', objects.root, []],
    ['between chain and key', 'PUT', objects.chain, [objects.chain]],
  ])('writes nothing over a bundle that somebody made by hand %s', async (_, method, name, written) => {
    bench.vault.store.set(objects.root, a.files.root + b.files.root);
    const chain = [...a.chain, ...b.chain];
    const byHand = a.files.root + c.files.root;
    bench.vault.faults.add({
      matches: (request) => {
        const isIt = request.method === method && request.name === name;
        if (isIt) setImmediate(() => bench.vault.store.set(objects.root, byHand));
        return false;
      },
      effect: { kind: 'delay', milliseconds: 0 },
    });
    const input = { ref: refOf('signer'), write: { chain, signer: b.signer }, newCa: b.newCa };
    const roots = [a.root, b.root];
    await expect(bench.source.write({ ...input, from: { roots, signer: a.signer } })).rejects.toMatchObject({
      code: 'SOURCE_CHANGED_BY_OTHER',
    });
    expect(putsOf(bench.vault)).toEqual(written);
    expect(bench.vault.store.get(objects.root).value).toBe(byHand);
  });

  it('stops before its next object when another rotation has taken the lease', async () => {
    takenAfterUs(`rot-9 ${new Date(Date.now() + 60_000).toISOString()}`);
    await expect(addRoots()).rejects.toMatchObject({ code: 'HELD_BY_OTHER_ROTATION' });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it('is refused where the chain would lack the certificate that signs', async () => {
    bench.vault.store.set(objects.root, a.files.root + b.files.root);
    const write = { signer: b.signer };
    const roots = [a.root, b.root];
    const input = { ref: refOf('signer'), write, newCa: b.newCa, from: { roots, signer: a.signer } };
    await expect(bench.source.write(input)).rejects.toMatchObject({ code: 'CHAIN_LACKS_CERTIFICATE' });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it('is refused where no path would lead to a trusted root', async () => {
    const write = { chain: b.chain, signer: b.signer };
    const input = { ref: refOf('signer'), write, newCa: b.newCa, from };
    await expect(bench.source.write(input)).rejects.toMatchObject({ code: 'PATH_BROKEN' });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it('goes on below a root that the next write brings', async () => {
    bench.vault.store.set(objects.chain, a.files.chain + b.files.chain);
    const input = {
      ref: refOf('signer'),
      write: { signer: b.signer, rootsLater: true },
      newCa: b.newCa,
      from,
    };
    await expect(bench.source.write(input)).resolves.toMatchObject({ written: ['key', 'cert'] });
  });

  it('is refused where a bundle is larger than a secret', async () => {
    const issuer = makeRoot({ commonName: 'Root L' });
    const many = Array.from({ length: 40 }, (_, i) =>
      makeIntermediate({
        issuer,
        commonName: `Large ${i}`,
        organization: 'x'.repeat(60),
        locality: 'y'.repeat(60),
      }),
    ).map(({ cert }) => cert);
    const newCa = { ...b.newCa, roots: many };
    const write = { roots: [a.root, ...many.map(({ fingerprint }) => fingerprint)] };
    await expect(addRoots({ newCa, write })).rejects.toMatchObject({
      code: 'BUNDLE_TOO_LARGE',
      details: { object: `secret root-cert in ${bench.url}` },
    });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it('is refused where other tags leave no room for its own', async () => {
    const tags = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`tag${i}`, 'x']));
    bench.vault.store.update(objects.root, undefined, { tags });
    await expect(addRoots()).rejects.toMatchObject({ code: 'KEY_VAULT_TAGS_FULL' });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  it('names a certificate that is nowhere to be found', async () => {
    const first = bench.vault.store.get(objects.chain).version;
    bench.vault.store.set(objects.chain, a.files.chain);
    bench.vault.store.update(objects.chain, first, { attributes: { enabled: false } });
    await expect(addRoots({ newCa: undefined })).rejects.toMatchObject({
      code: 'CERTIFICATE_NOT_FOUND',
      details: {
        object: `certificate with SHA-256 ${b.root}`,
        found: 'none with it, and 1 disabled versions',
      },
    });
  });

  it('names a signer whose key is nowhere to be found', async () => {
    bench.vault.store.set(objects.root, a.files.root + b.files.root);
    bench.vault.store.set(objects.chain, a.files.chain + b.files.chain);
    const roots = [a.root, b.root];
    const write = { signer: b.signer };
    const input = { ref: refOf('signer'), write, newCa: undefined, from: { roots, signer: a.signer } };
    const error: unknown = await bench.source.write(input).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SIGNING_KEY_NOT_FOUND' });
    expect(inspect(error, { depth: 10 })).not.toContain('PRIVATE KEY');
  });

  it('lets no key into the error of a request that had it in its body', async () => {
    bench.vault.store.set(objects.root, a.files.root + b.files.root);
    bench.vault.faults.add({
      matches: ({ method, name }) => method === 'PUT' && name === objects.key,
      effect: { kind: 'status', status: 403 },
    });
    const roots = [a.root, b.root];
    const write = { chain: [...a.chain, ...b.chain], signer: b.signer };
    const input = { ref: refOf('signer'), write, newCa: b.newCa, from: { roots, signer: a.signer } };
    const error: unknown = await bench.source.write(input).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'KEY_VAULT_FORBIDDEN' });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('PRIVATE KEY');
  });
});

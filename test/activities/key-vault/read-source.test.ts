import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyVaultSource } from '../../../activities/key-vault/key-vault-source.ts';
import { objects, plugIn } from '../../support/csi-world.ts';
import { a, b, openBench, unit, type Bench } from './bench.ts';

describe('reading a CA source in Key Vault', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });

  afterEach(() => bench.close());

  it('tells roots, signer, chain and versions of the set', async () => {
    const { observed, versions, certificates } = await bench.source.read();
    expect(observed).toEqual({
      kind: 'keyVault',
      roots: [a.root],
      signer: { fingerprint: a.signer, root: a.root, chain: a.chain },
      certificate: a.signer,
      chain: a.chain,
      atomic: false,
      restorable: true,
      heldBy: undefined,
      place: { vault: 'localhost', objects },
    });
    expect(versions).toEqual({
      root: bench.vault.store.get(objects.root).version,
      chain: bench.vault.store.get(objects.chain).version,
      key: bench.vault.store.get(objects.key).version,
      cert: bench.vault.store.get(objects.cert).version,
    });
    expect(certificates.map(({ fingerprint }) => fingerprint).sort()).toEqual([a.root, a.signer].sort());
  });

  it('keeps the order of the roots and their duplicates', async () => {
    bench.vault.store.set(objects.root, b.files.root + a.files.root + b.files.root);
    const { observed } = await bench.source.read();
    expect(observed.roots).toEqual([b.root, a.root, b.root]);
  });

  it('knows no signer where certificate and key do not match', async () => {
    bench.vault.store.set(objects.key, b.files.key);
    const { observed } = await bench.source.read();
    expect(observed.signer).toBeUndefined();
    expect(observed).not.toHaveProperty('paired');
  });

  it('knows no signer where no path leads to a root of the bundle, and that its key is there', async () => {
    bench.vault.store.set(objects.root, b.files.root);
    expect((await bench.source.read()).observed).toMatchObject({ signer: undefined, paired: true });
  });

  it('asks for each secret once where nothing has changed, and else again until two readings are the same', async () => {
    const requestsOfARead = async () => {
      const before = bench.vault.requests.list().length;
      await bench.source.read();
      return bench.vault.requests.list().length - before;
    };
    await requestsOfARead();
    expect(await requestsOfARead()).toBe(4);
    bench.vault.store.set(objects.root, b.files.root);
    // A new version is looked for in the list, and read by its id.
    expect(await requestsOfARead()).toBe(4 + 4 + 2);
    expect(await requestsOfARead()).toBe(4);
  });

  it.each(['root', 'chain', 'key', 'cert'] as const)(
    'takes no set for the one before whose %s is new',
    async (part) => {
      await bench.source.read();
      const { value } = bench.vault.store.get(objects[part]);
      const { version } = bench.vault.store.set(objects[part], value);
      const asked = bench.vault.requests.list().length;
      expect((await bench.source.read()).versions[part]).toBe(version);
      expect(bench.vault.requests.list().length - asked).toBe(4 + 4 + 2);
    },
  );

  /** When the vault is asked for its so manieth secret, somebody plugs in another CA. */
  function plugInAt(turn: number): void {
    let asked = 0;
    bench.vault.faults.add({
      matches: ({ method, name }) => {
        if (method === 'GET' && name !== undefined && ++asked === turn) plugIn(bench.vault, b.ca, unit);
        return false;
      },
      effect: { kind: 'delay', milliseconds: 0 },
    });
  }

  it.each([
    ['reads again until the four secrets are of one instant', 0],
    ['reads again where they are not those of the set that it read before', 1],
  ] as const)('%s', async (_, before) => {
    for (let read = 0; read < before; read += 1) await bench.source.read();
    plugInAt(2);
    const { observed } = await bench.source.read();
    expect(observed).toMatchObject({ roots: [b.root], chain: b.chain });
    expect(observed.signer?.fingerprint).toBe(b.signer);
  });

  it('gives up on a set that never stands still', async () => {
    bench.vault.faults.add({
      matches: ({ method, name }) => {
        if (method === 'GET' && name === objects.root) bench.vault.store.set(objects.root, a.files.root);
        return false;
      },
      effect: { kind: 'delay', milliseconds: 0 },
    });
    await expect(bench.source.read()).rejects.toMatchObject({ code: 'KEY_VAULT_UNSETTLED', retryable: true });
  });

  it('tells whose lease is on the source, until it ends', async () => {
    const tag = (until: string): void => {
      bench.vault.store.update(objects.root, undefined, { tags: { 'meshturn-lease': `rot-9 ${until}` } });
    };
    const until = new Date(Date.now() + 60_000).toISOString();
    tag(until);
    expect((await bench.source.read()).observed).toMatchObject({ heldBy: 'rot-9', heldUntil: until });
    tag(new Date(Date.now() - 1_000).toISOString());
    expect((await bench.source.read()).observed.heldBy).toBeUndefined();
  });

  it('has the same identity for the same secrets, however their URL is written', async () => {
    const { url, emulator } = bench;
    const same = await keyVaultSource({ url: `${url}/`, objects, emulator });
    const other = await keyVaultSource({ url, objects: { ...objects, root: 'other-root' }, emulator });
    expect(same.identity).toBe(bench.source.identity);
    expect(other.identity).not.toBe(bench.source.identity);
  });

  it('lets no key out', async () => {
    const reading = await bench.source.read();
    expect(inspect(reading, { depth: 10 }) + JSON.stringify(reading)).not.toContain('PRIVATE KEY');
  });
});

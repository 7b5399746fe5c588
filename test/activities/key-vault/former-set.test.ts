import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceWriteInput } from '../../../activities/ca-source.ts';
import type { SourceWrite, StageName } from '../../../rotation/plan.ts';
import { objects } from '../../support/csi-world.ts';
import { a, b, newestText, openBench, refOf, renewed, type Bench } from './bench.ts';

type Step = readonly [StageName, SourceWrite];

const bothChain = [...a.chain, ...b.chain];
const forth: readonly Step[] = [
  ['add-roots', { roots: [a.root, b.root] }],
  ['chain-of-both', { chain: bothChain }],
  ['signer', { signer: b.signer }],
  ['trim-chain', { chain: b.chain }],
  ['drop-roots', { roots: [b.root] }],
];
/** From S3, from where everything has to come back. */
const back: readonly Step[] = [
  ['add-roots', { roots: [b.root, a.root] }],
  ['chain-of-both', { chain: [...b.chain, ...a.chain] }],
  ['signer', { signer: a.signer }],
  ['trim-chain', { chain: a.chain }],
  ['drop-roots', { roots: [a.root] }],
];

describe('the way back of a CA source in Key Vault', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });

  afterEach(() => bench.close());

  async function walk(steps: readonly Step[], rotationId: string, more: Partial<SourceWriteInput>) {
    for (const [stage, write] of steps) {
      const { observed } = await bench.source.read();
      const from = {
        roots: observed.roots,
        signer: observed.signer?.fingerprint ?? observed.certificate ?? '',
      };
      const input = { ref: refOf(stage, rotationId), write, newCa: b.newCa, from, ...more };
      await bench.source.write(input);
    }
  }
  const goForth = () => walk(forth, 'rot-1', {});
  const goBack = (steps = back) => walk(steps, 'rot-1-back', { newCa: undefined, before: 'rot-1' });
  const texts = () => Object.values(objects).map((name) => newestText(bench.vault, name));

  it.each([
    ['as they are', (text: string) => text],
    ['without a newline at their end', (text: string) => text.trimEnd()],
    ['with words between certificates', (text: string) => `subject: CN=Root A\n${text}\n# end\n`],
    ['with the line ends of another system', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('brings the bytes of all four objects back %s', async (_, written) => {
    for (const name of Object.values(objects)) {
      bench.vault.store.set(name, written(newestText(bench.vault, name)), {});
    }
    const before = texts();
    await goForth();
    expect(texts()).not.toEqual(before);
    await goBack();
    expect(texts()).toEqual(before);
  });

  it('brings objects back to the byte that somebody has saved again in other words', async () => {
    const before = texts();
    await goForth();
    const { root, chain, key, cert } = a.files;
    for (const [name, text] of [
      [objects.root, `# by hand\n${root}`],
      [objects.chain, chain.replaceAll('\n', '\r\n')],
      [objects.key, `${key}\n`],
      [objects.cert, `subject: CN=A\n${cert}`],
    ] as const) {
      bench.vault.store.set(name, text, {});
    }
    await goBack([
      ['signer', { signer: a.signer }],
      ['trim-chain', { chain: a.chain }],
      ['drop-roots', { roots: [a.root] }],
    ]);
    expect(texts()).toEqual(before);
  });

  it('leaves a bundle that was saved again in the words that older istiods would not take others for', async () => {
    await goForth();
    const held = a.files.root.replaceAll('\n', '\r\n');
    bench.vault.store.set(objects.root, held, {});
    await goBack([['drop-roots', { roots: [a.root] }]]);
    expect(newestText(bench.vault, objects.root)).toBe(held);
  });

  it('finds what was there before the rotation first wrote, whatever came after', async () => {
    await goForth();
    const { observed } = await bench.source.readBefore('rot-1');
    expect(observed).toMatchObject({ roots: [a.root], signer: { fingerprint: a.signer, chain: a.chain } });
    await goBack();
    expect((await bench.source.readBefore('rot-1')).observed).toEqual(observed);
    const { observed: afterwards } = await bench.source.readBefore('rot-1-back');
    expect(afterwards).toMatchObject({ roots: [b.root], signer: { fingerprint: b.signer } });
  });

  it('takes an object that the rotation has never written for what it was', async () => {
    await walk(forth.slice(0, 1), 'rot-1', {});
    const { observed } = await bench.source.readBefore('rot-1');
    expect(observed).toMatchObject({ roots: [a.root], signer: { fingerprint: a.signer } });
  });

  it('takes an object that only a later rotation has written for what it was when the rotation began', async () => {
    await walk(forth.slice(0, 1), 'rot-1', {});
    const objectsOf = () => bench.source.readBefore('rot-1');
    await walk(forth.slice(1), 'rot-2', {});
    expect((await objectsOf()).observed).toMatchObject({
      roots: [a.root],
      signer: { fingerprint: a.signer, chain: a.chain },
    });
  });

  it('knows the intermediates of rotations from those of others, whichever rotation wrote them', async () => {
    await walk(forth.slice(0, 1), 'rot-1', {});
    await walk(forth.slice(1), 'rot-2', {});
    bench.vault.store.set(objects.cert, renewed().files.cert, {});
    expect((await bench.source.readBefore('rot-1')).had).toEqual([a.signer, b.signer]);
  });

  it('knows of which kind a rotation was by what it has written, if anything', async () => {
    const kindOf = async (id: string) => (await bench.source.readBefore(id)).kind;
    expect(await kindOf('rot-9')).toBeUndefined();
    await walk(forth.slice(0, 1), 'rot-1', {});
    expect(await kindOf('rot-1')).toBe('root');
    // Takes up where the other was left, and writes no bundle.
    await walk(forth.slice(1, 4), 'rot-2', {});
    expect(await kindOf('rot-2')).toBe('root');
  });

  it('knows an intermediate rotation, until somebody has changed the roots since', async () => {
    const next = renewed();
    await walk(
      [
        ['chain-of-both', { chain: [...a.chain, ...next.chain] }],
        ['signer', { signer: next.signer }],
        ['trim-chain', { chain: next.chain }],
      ],
      'rot-1',
      { newCa: next.newCa },
    );
    const kindOf = async (id: string) => (await bench.source.readBefore(id)).kind;
    expect(await kindOf('rot-1')).toBe('intermediate');
    await walk(forth.slice(0, 1), 'rot-2', {});
    expect(await kindOf('rot-1')).toBe('root');
  });

  it('says by name that what was there before cannot sign today', async () => {
    bench.vault.store.set(objects.key, b.files.key, {});
    await walk(forth.slice(0, 1), 'rot-1', {});
    await expect(bench.source.readBefore('rot-1')).rejects.toMatchObject({ code: 'FORMER_SIGNER_UNUSABLE' });
  });

  it('is not kept waiting by a lease that a failed write of the rotation has left, as another would be', async () => {
    await walk(forth.slice(0, 2), 'rot-1', {});
    const { version, tags } = bench.vault.store.get(objects.root);
    const until = new Date(Date.now() + 60_000).toISOString();
    bench.vault.store.update(objects.root, version, {
      tags: { ...tags, 'meshturn-lease': `rot-1 ${until} 0a1b2c3d` },
    });
    const before = 'rot-1';
    const drop: readonly Step[] = [['drop-roots', { roots: [a.root] }]];
    await expect(walk(drop, 'rot-9', { newCa: undefined, before })).rejects.toMatchObject({
      code: 'HELD_BY_OTHER_ROTATION',
    });
    await goBack(drop);
    expect((await bench.source.read()).observed).toMatchObject({ roots: [a.root], heldBy: undefined });
  });

  it('names a former version that can no longer be read', async () => {
    const { version } = bench.vault.store.get(objects.key);
    await goForth();
    bench.vault.store.update(objects.key, version, { attributes: { enabled: false } });
    await expect(bench.source.readBefore('rot-1')).rejects.toMatchObject({
      code: 'KEY_VAULT_VERSION_DISABLED',
    });
  });
});

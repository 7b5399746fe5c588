import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type CaFiles, caFiles, makeMeshCa } from '../sim/new-ca.ts';

const run = promisify(execFile);
const unit = 'aks-weu-1';
const a = caFiles(makeMeshCa({ generation: 'A', units: [unit] }), unit);
const b = caFiles(makeMeshCa({ generation: 'B', units: [unit] }), unit);
const s0 = a;
const s1 = { ...a, root: a.root + b.root };

/** The blocks of the runbook that work on files alone, in their order. */
async function blocks(): Promise<readonly string[]> {
  const text = await readFile(new URL('../docs/runbooks/without-meshturn.md', import.meta.url), 'utf8');
  return [...text.matchAll(/```sh files\n(.*?)```/gs)].map(([, block = '']) => block);
}

async function folderWith(sets: Readonly<Record<string, CaFiles>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-'));
  for (const [name, { root, cert, key, chain }] of Object.entries(sets)) {
    await mkdir(join(folder, name), { recursive: true });
    const files = { 'root-cert': root, 'ca-cert': cert, 'ca-key': key, 'cert-chain': chain };
    for (const [file, text] of Object.entries(files))
      await writeFile(join(folder, name, `${file}.pem`), text);
  }
  return folder;
}

/** What the runbook's first block says of a set. */
async function seen(set: CaFiles): Promise<string> {
  const [look = ''] = await blocks();
  const { stdout } = await run('bash', ['-c', look], { cwd: await folderWith({ '.': set }) });
  return stdout;
}

const whole = [
  'key: matches the certificate',
  'chain: holds the certificate',
  'path: leads to a trusted root',
];

/** The last three lines. */
function verdicts(output: string): readonly string[] {
  return output.trim().split('\n').slice(-3);
}

describe('the runbook for a day without Meshturn', () => {
  it('tells roots and signer of each trust state, and that its set is whole', async () => {
    const states = [s0, s1, { ...b, root: s1.root }, b];
    const subjects = await Promise.all(
      states.map(async (set) => {
        const output = await seen(set);
        expect(verdicts(output)).toEqual(whole);
        return [...output.matchAll(/CN ?= ?([^,\n]+)/g)].map(([, name]) => name);
      }),
    );
    expect(subjects).toEqual([
      ['Root A', `Intermediate CA - A1`],
      ['Root A', 'Root B', `Intermediate CA - A1`],
      ['Root A', 'Root B', `Intermediate CA - B1`],
      ['Root B', `Intermediate CA - B1`],
    ]);
  });

  it('knows a torn chain, a key of another certificate, and a signer without a trusted root', async () => {
    const [key, chain, path] = whole;
    expect(verdicts(await seen({ ...b, root: s1.root, chain: a.chain }))).toEqual([
      ...[key, 'chain: LACKS the certificate', path],
    ]);
    expect(verdicts(await seen({ ...s1, key: b.key }))).toEqual([
      ...['key: DOES NOT MATCH the certificate', chain, path],
    ]);
    expect(verdicts(await seen({ ...b, root: a.root }))).toEqual([
      ...[key, chain, 'path: LEADS TO NO trusted root'],
    ]);
  });

  it('makes bundle and chain of both, and a bundle whose end is the wanted one', async () => {
    const folder = await folderWith({ '.': s0, old: s0, new: b });
    const { stdout } = await run('bash', ['-e', '-c', (await blocks()).join('\n')], { cwd: folder });
    expect(await readFile(join(folder, 'both-roots.pem'), 'utf8')).toBe(s1.root);
    expect(await readFile(join(folder, 'both-chain.pem'), 'utf8')).toBe(a.chain + b.chain);
    expect(stdout).toContain('old/ca-cert.pem: OK\nnew/ca-cert.pem: OK\n');
    expect(stdout).toContain('the wanted bundle is the end of what is there');
  });
});

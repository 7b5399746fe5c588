import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { session } from '../session.ts';

const files = ['root-cert.pem', 'ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'ca-cert.csr'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-odd-'));
  for (const name of ['pipes', 'large', 'root']) await mkdir(join(folder, name));
  for (const file of files) {
    execFileSync('mkfifo', [join(folder, 'pipes', file)]);
    await writeFile(join(folder, 'large', file), '');
    // One with a hole in it: nothing of it is on the disk.
    await truncate(join(folder, 'large', file), 700_000_000);
  }
  await session(['ca', 'init', '--out', join(folder, 'root'), '--no-encrypt']);
  await session(['ca', 'request', 'aks-1', '--out', join(folder, 'new')]);
  await session([
    'ca',
    'sign',
    join(folder, 'new'),
    '--root',
    join(folder, 'root'),
    '--out',
    join(folder, 'new'),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([
  ['large', 'expected at most 4 MB'],
  ['pipes', 'expected a regular file'],
])('files that are %s', (kind, told) => {
  it.each([
    'ca verify DIR/ODD',
    'ca verify DIR/new --in-use DIR/ODD/root-cert.pem',
    'ca inspect DIR/ODD',
    'ca inspect DIR/ODD/root-cert.pem',
    'ca sign DIR/ODD --root DIR/root --out DIR/signed',
    'ca sign DIR/new --root DIR/ODD --out DIR/signed',
    'ca sign DIR/new --root DIR/root --root-key DIR/ODD/ca-key.pem --out DIR/signed',
    'ca sign DIR/new --root DIR/root --out DIR/ODD',
  ])('are refused by %s', async (line) => {
    const words = line.split(' ').map((word) => word.replace(/^DIR\b/, folder).replace('ODD', kind));
    const ran = await session(words);
    expect(ran.exit).not.toBe(0);
    expect(ran.stderr).toMatch(/\[(NEW_)?CA_FILE_UNREADABLE\]/);
    expect(ran.stderr).toContain(told);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'meshturn-lab-help-'));
});

/** A command of the lab as `npm run` starts it, with an empty cache. */
function run(script: string, ...words: string[]) {
  const path = join(import.meta.dirname, '../../lab', script);
  const env = { ...process.env, HOME: cache, XDG_CACHE_HOME: cache };
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...words], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

it.each([
  ['main.ts', ['--help'], /^npm run lab -- --clusters 2 .*\n/],
  ['main.ts', ['--clusters', '3', '-h'], /^npm run lab -- --clusters 2 .*\n/],
  ['install/main.ts', ['--help'], /^npm run lab:install\n/],
])('%s with %s tells how it is called, and does nothing else', async (script, words, usage) => {
  expect(run(script, ...words)).toEqual({
    status: 0,
    stdout: expect.stringMatching(usage) as string,
    stderr: '',
  });
  expect(await readdir(cache)).toEqual([]);
});

it('the installation refuses arguments, of which it has none, before it installs', async () => {
  const { status, stderr } = run('install/main.ts', '--only', 'etcd');
  expect(status).toBe(64);
  expect(stderr).toMatch(
    /^error: lab:install: .*\[USAGE\]\n {2}expected no arguments\n {2}found {4}--only etcd\n/,
  );
  expect(await readdir(cache)).toEqual([]);
});

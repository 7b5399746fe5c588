import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { expectDescribed } from '../../cli/schemas/committed.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
// Node as the tests run on it comes first, for npm and what it starts.
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };

/** What `engines` of package.json promises. */
const promised = z.object({ engines: z.object({ node: z.templateLiteral(['>=', z.string()]) }) });
const core = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });
const packed = z.array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }));
const demo = z.object({
  schema: z.literal('meshturn.demo/v1'),
  rotation: z.object({ state: z.string() }),
  handshakes: z.object({ attempted: z.number(), failed: z.number() }),
});

describe('the package, installed into an empty folder', () => {
  let folder = '';
  let files: readonly string[] = [];
  const install = async (into: string, what: string) => {
    await writeFile(join(into, 'package.json'), '{ "private": true }');
    await run('npm', ['install', '--no-audit', '--no-fund', what], { cwd: into, env });
  };
  const meshturn = (node: string, ...words: string[]) =>
    run(node, [join(folder, 'node_modules/meshturn/dist/cli/meshturn.js'), ...words], { cwd: folder, env });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meshturn-package-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, env });
    const [tarball] = packed.parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
    if (tarball === undefined) throw new Error('npm pack named no tarball');
    files = tarball.files.map(({ path }) => path);
    await install(folder, join(folder, tarball.filename));
  }, 240_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds JavaScript, the workflow bundle and the docs, and no source or test', () => {
    expect(files).toContain('dist/cli/meshturn.js');
    expect(files).toContain('dist/workflows-bundle.js');
    expect(files).toContain('README.md');
    expect(files).toContain('docs/schemas/rotation.v1.json');
    expect(files.filter((path) => path.endsWith('.ts') || path.startsWith('test/'))).toEqual([]);
  });

  it('brings the compiler of workflow code in the version that it was tested with', async () => {
    const named = async (path: string) => core.parse(JSON.parse(await readFile(path, 'utf8')));
    const { dependencies } = await named(join(root, 'package.json'));
    const installed = await named(join(folder, 'node_modules/@swc/core/package.json'));
    expect(installed.version).toBe(dependencies['@swc/core']);
    const { stdout } = await run('npm', ['ls', '--all', '--parseable', '@swc/core'], { cwd: folder, env });
    expect(stdout.trim().split('\n')).toEqual([join(folder, 'node_modules/@swc/core')]);
  });

  it('is started by its bin', async () => {
    expect(await readdir(join(folder, 'node_modules/.bin'))).toContain('meshturn');
    const { stdout } = await run(join(folder, 'node_modules/.bin/meshturn'), ['--help'], {
      cwd: folder,
      env,
    });
    expect(stdout).toContain('meshturn rotation plan|start|status|watch|');
    expect((await meshturn(process.execPath, '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('rotates a root without failing a handshake, on the oldest Node that it promises to run on', async () => {
    const { engines } = promised.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    const version = engines.node.slice('>='.length);
    const elsewhere = join(folder, 'node');
    await mkdir(elsewhere);
    await install(elsewhere, `node@${version}`);
    const node = join(elsewhere, 'node_modules/node/bin/node');
    expect((await run(node, ['--version'])).stdout).toBe(`v${version}\n`);

    const { stdout } = await meshturn(node, 'demo', '--clusters', '1', '-o', 'json');
    const document = demo.parse(expectDescribed(stdout));
    expect(document.rotation.state).toBe('completed');
    expect(document.handshakes.attempted).toBeGreaterThan(0);
    expect(document.handshakes.failed).toBe(0);
  }, 180_000);
});

import { execFile } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { renderProblem } from '../../cli/render/problem.ts';
import { codes } from '../../problems/registry.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../cli/meshturn.js', import.meta.url));

/** Runs the entry as a process of some Node. */
async function entry(argv: readonly string[], node = process.execPath) {
  const running = run(node, [program, ...argv]);
  const { stdout, stderr } = await running.catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error && 'stderr' in error) {
      return { stdout: String(error.stdout), stderr: String(error.stderr) };
    }
    throw error;
  });
  return { stdout, stderr, exit: running.child.exitCode };
}

/** The first Node on PATH that is too old, which a machine may have beside the one that npm ci brings. */
async function oldNode(): Promise<{ readonly path: string; readonly version: string } | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'node');
    if (
      !(await access(path, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      continue;
    const version = (await run(path, ['--version'])).stdout.trim().slice(1);
    if (Number(version.split('.')[0]) < 22) return { path, version };
  }
  return undefined;
}

function refusal(version: string): string {
  const details = { object: 'meshturn', expected: 'Node.js 22.19 or newer', found: version };
  return renderProblem({ code: 'NODE_TOO_OLD', hint: codes.NODE_TOO_OLD.hint, ...details });
}

it('runs a command line as a process', async () => {
  const { stdout, stderr, exit } = await entry(['help', 'exit-codes']);
  expect(stdout).toContain('124  the time to wait is over');
  expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 });
});

it('says its version', async () => {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
  expect(await entry(['--version'])).toEqual({ stdout: `${version}\n`, stderr: '', exit: 0 });
});

it('ends with 64 for what it cannot read', async () => {
  expect(await entry(['rotation', 'plna'])).toMatchObject({ exit: 64, stdout: '' });
});

it.skipIf(process.platform !== 'linux')('says in one error that its output cannot be written', async () => {
  const line = ['-c', '"$0" "$1" help exit-codes > /dev/full', process.execPath, program];
  await expect(run('sh', line)).rejects.toMatchObject({
    code: 1,
    stderr: [
      'error: stdout: what the command says cannot be written there   [OUTPUT_FAILED]',
      '  found    ENOSPC: no space left on device, write',
      '  hint: make room on the disk, or write elsewhere',
      '',
    ].join('\n'),
  });
});

it('says in one sentence that its Node is too old', async () => {
  const claim = "Object.defineProperty(process.versions, 'node', { value: '22.18.9' });";
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(claim)}`];
  const running = run(process.execPath, [...preload, program, 'help', 'exit-codes']);
  await expect(running).rejects.toMatchObject({ code: 1, stdout: '', stderr: refusal('22.18.9') });
});

const old = await oldNode();

it.skipIf(old === undefined)(
  old === undefined
    ? 'says so on a Node that really is too old (skipped: there is none on PATH)'
    : `says so on Node ${old.version}, which really is too old`,
  async () => {
    const { path = '', version = '' } = old ?? {};
    expect(await entry(['help', 'exit-codes'], path)).toEqual({
      exit: 1,
      stdout: '',
      stderr: refusal(version),
    });
  },
);

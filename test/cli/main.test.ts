import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Runs the entry as a process; `version` is what it is made to believe of its Node. */
async function entry(argv: readonly string[], version = process.versions.node) {
  const claim = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
  const preload = `data:text/javascript,${encodeURIComponent(claim)}`;
  const run = promisify(execFile)(process.execPath, ['--import', preload, main, ...argv]);
  const { stdout, stderr } = await run.catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error && 'stderr' in error) {
      return { stdout: String(error.stdout), stderr: String(error.stderr) };
    }
    throw error;
  });
  return { stdout, stderr, exit: run.child.exitCode };
}

it('runs a command line as a process', async () => {
  const { stdout, stderr, exit } = await entry(['help', 'exit-codes']);
  expect(stdout).toContain('124  the time to wait is over');
  expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 });
});

it('ends with 64 for what it cannot read', async () => {
  expect(await entry(['rotation', 'plna'])).toMatchObject({ exit: 64, stdout: '' });
});

it('says in one sentence that its Node is too old', async () => {
  const { stderr, exit } = await entry(['help', 'exit-codes'], '20.20.2');
  expect(stderr).toBe(
    [
      'error: meshturn: this Node.js is too old   [NODE_TOO_OLD]',
      '  expected Node.js 22.19 or newer',
      '  found    20.20.2',
      '  hint: install Node.js 24, or run npm ci and then: npm run meshturn --',
      '',
    ].join('\n'),
  );
  expect(exit).toBe(1);
});

import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { whyEnded } from '../../lab/why-ended.ts';
import { runTied } from '../../worker/run-tied.ts';
import { eventually } from '../support/eventually.ts';
import { noneLeft, processesOf } from '../lab/processes-of.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-run-tied-'));
});
afterEach(() => noneLeft(folder));

const sh = (script: string) => ['sh', '-c', `cd "$0"; ${script}`, folder];

it('a program that ends well is told by what it printed', async () => {
  await expect(runTied(sh('echo out; echo err >&2'))).resolves.toEqual({ stdout: 'out\n', stderr: 'err\n' });
});

it('one that fails is told by its exit code and all that it printed', async () => {
  const failed = { name: 'ProgramFailed', exitCode: 3, stdout: 'out\n', stderr: 'err\n' };
  await expect(runTied(sh('echo out; echo err >&2; exit 3'))).rejects.toMatchObject(failed);
});

it('one that there is not is told as a shell does', async () => {
  await expect(runTied([join(folder, 'none')])).rejects.toMatchObject({
    ...{ exitCode: 127, stderr: expect.stringContaining('not found') as string },
  });
});

it('one that neither ends nor heeds a signal is ended with all that it has begun', async () => {
  const stubborn = sh("trap '' TERM; sleep 1000 & wait; sleep 1000");
  await expect(runTied(stubborn, { limitMs: 50 })).rejects.toMatchObject({ message: 'no end within 0.05 s' });
});

it('one that says something, and is ended for it takes too long, is told by that', async () => {
  const late = await runTied(sh('echo downloading >&2; sleep 1000'), { limitMs: 500 }).catch(whyEnded);
  expect(late).toBe('no end within 0.5 s');
});

it('one that ends, and leaves behind what heeds no signal, leaves nothing', async () => {
  await runTied(sh("(trap '' TERM; exec sleep 1000) & echo begun"));
  await noneLeft(folder);
});

it('one whose keeper is killed is ended with all that it has begun', async () => {
  const running = runTied(sh("trap '' TERM; sleep 1000 & wait; sleep 1000"));
  const told = expect(running).rejects.toMatchObject({ name: 'ProgramFailed', exitCode: null });
  await eventually(() => expect(processesOf(folder, 'sleep')).toHaveLength(1));
  const [keeper = 0] = processesOf(folder, 'sh').toSorted((one, other) => one - other);
  process.kill(keeper, 'SIGKILL');
  await told;
  await noneLeft(folder);
});

it('one that is called off is ended, and the reason of that is told', async () => {
  const controller = new AbortController();
  const running = runTied(sh('sleep 1000 & wait'), { signal: controller.signal });
  await eventually(() => expect(processesOf(folder, 'sleep')).toHaveLength(1));
  controller.abort(new Error('called off'));
  await expect(running).rejects.toThrow('called off');
});

it('one whose parent is killed is ended with all that it has begun, though that heeds no signal', async () => {
  const script = `
    import { runTied } from ${JSON.stringify(new URL('../../worker/run-tied.ts', import.meta.url).href)};
    await runTied(['sh', '-c', 'cd "$0"; (trap "" TERM; exec sleep 1000) & wait', ${JSON.stringify(folder)}]);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  await eventually(() => expect(processesOf(folder, 'sleep')).toHaveLength(1));
  parent.kill('SIGKILL');
  await noneLeft(folder);
});

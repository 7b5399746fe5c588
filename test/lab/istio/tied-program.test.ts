import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TiedProgram } from '../../../lab/istio/tied-program.ts';
import { eventually } from '../../support/eventually.ts';
import { noneLeft } from '../processes-of.ts';

let folder: string;
let program: TiedProgram;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'meshturn-tied-')));
  program = new TiedProgram();
});
afterEach(async () => {
  await program.stop();
  await noneLeft(folder);
});

const printed = () => program.log.lines.map(({ text }) => text);
const started = (script: string, isReady = () => Promise.resolve(printed().length > 0)) =>
  program.start(
    Promise.resolve({ folder, command: ['sh', '-c', script], variables: { SAID: 'of its pod' }, isReady }),
  );

it('runs in its folder with its variables, and its log is what it prints', async () => {
  await started('pwd; echo "$SAID" >&2; sleep 1000');
  await eventually(() => expect(printed().toSorted()).toEqual([folder, 'of its pod']));
});

it('tells the exit code of one that ends by itself', async () => {
  started('exit 3').catch(() => undefined);
  await expect(program.finished).resolves.toBe(3);
});

it('is not ready where it ends before, and its log says so', async () => {
  const never = () => Promise.resolve(false);
  await expect(started('echo "no such flag"; exit 64', never)).rejects.toThrow('ended with 64');
  await eventually(() => expect(printed()).toEqual(['no such flag', 'error\tended with 64']));
});

it('says in its log why it could not be made ready', async () => {
  await expect(program.start(Promise.reject(new Error('token not mounted')))).rejects.toThrow('not mounted');
  expect(printed()).toEqual(['error\ttoken not mounted']);
});

it('ends when it is stopped, also before it is ready, without a word in the log', async () => {
  const starting = started('trap "echo bye; exit" TERM; sleep 1000 & wait', () => Promise.resolve(false));
  starting.catch(() => undefined);
  await program.stop();
  await expect(starting).rejects.toThrow('stopped');
  expect(printed().filter((line) => line !== 'bye')).toEqual([]);
});

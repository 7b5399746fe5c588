import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { session, type World } from './session.ts';

const folder = new URL('fleets/', import.meta.url).pathname;

/**
 * Runs a command line and compares all it did with `test/cli/<name>.golden.txt`: the command, stdout, stderr and
 * exit code; `shown` takes the place of what is another in each run. UPDATE_GOLDEN=1 writes the file instead.
 */
export async function golden(
  name: string,
  commandLine: string,
  world: World = {},
  shown: (text: string) => string = (text) => text,
): Promise<void> {
  const file = new URL(`${name}.golden.txt`, import.meta.url);
  const argv = commandLine.split(' ').map((word) => word.replace('fleets/', folder));
  const { stdout, stderr, exit } = await session(
    argv.filter((word) => word !== ''),
    world,
  );
  const blocks = [
    `$ meshturn ${commandLine}\n`,
    ...(stdout === '' ? [] : [`--- stdout\n${stdout}`]),
    ...(stderr === '' ? [] : [`--- stderr\n${stderr}`]),
    `--- exit ${exit}\n`,
  ];
  const transcript = shown(blocks.join('').replaceAll(folder, 'fleets/'));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, transcript);
  expect(transcript).toBe(readFileSync(file, 'utf8'));
}

import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { session, type World } from '../session.ts';

/**
 * Compares all that a command line did with `made/<name>.golden.txt`. `DIR` in it is the folder; what is made anew in
 * every run is replaced by as many signs, so that the layout stays.
 */
export async function madeTranscript(
  name: string,
  commandLine: string,
  folder: string,
  world: World,
): Promise<void> {
  const file = new URL(`made/${name}.golden.txt`, import.meta.url);
  const words = commandLine.split(' ').map((word) => word.replace(/^DIR\b/, folder));
  const ran = await session(words, world);
  const text = [
    `$ meshturn ${commandLine}\n`,
    ...(ran.stdout === '' ? [] : [`--- stdout\n${ran.stdout}`]),
    ...(ran.stderr === '' ? [] : [`--- stderr\n${ran.stderr}`]),
    `--- exit ${ran.exit}\n`,
  ]
    .join('')
    .replaceAll(folder, 'DIR')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '#'.repeat(64))
    .replaceAll(/\b(Root|[a-z]+-[a-z]+-\d) [0-9a-f]{8}\b/g, '$1 ########');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

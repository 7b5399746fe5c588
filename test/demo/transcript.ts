import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Ran } from './command-line.ts';

/**
 * Compares all that a command did with `test/demo/<name>.golden.txt`, without what differs from run to run: the
 * folders named, ports, serial numbers, which cluster answered first. UPDATE_GOLDEN=1 writes the file instead.
 */
export function expectTranscript(
  name: string,
  argv: readonly string[],
  ran: Ran,
  folders: Readonly<Record<string, string>>,
): void {
  const file = new URL(`${name}.golden.txt`, import.meta.url);
  const blocks = [
    `$ meshturn ${argv.join(' ')}\n`,
    ...(ran.stdout === '' ? [] : [`--- stdout\n${ran.stdout}`]),
    ...(ran.stderr === '' ? [] : [`--- stderr\n${ran.stderr}`]),
    `--- exit ${ran.exit}\n`,
  ];
  let transcript = blocks.join('');
  for (const [word, path] of Object.entries(folders)) transcript = transcript.replaceAll(path, word);
  transcript = transcript
    .replaceAll(/(localhost|127\.0\.0\.1):\d+/g, '$1:PORT')
    .replaceAll(/serial [0-9a-f]+/g, 'serial SERIAL')
    // Clusters are looked at side by side: of those that fail alike any may be the first.
    .replaceAll(/of cluster aks-\w+-1/g, 'of cluster CLUSTER');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, transcript);
  expect(transcript).toBe(readFileSync(file, 'utf8'));
}

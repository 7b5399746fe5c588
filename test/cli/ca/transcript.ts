import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Certificate } from '../../../pki/certificate.ts';
import { session, type World } from '../session.ts';

/**
 * Compares all that a command line did with `<name>.golden.txt` beside this file. What is made anew in every run
 * is replaced by its name, as long as it is, so that the layout stays: serials, fingerprints and `paths`.
 */
export async function transcript(
  name: string,
  commandLine: string,
  o: {
    readonly world?: World;
    readonly certificates: Readonly<Record<string, Certificate>>;
    readonly paths: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const file = new URL(`${name}.golden.txt`, import.meta.url);
  const words = commandLine.split(' ').map((word) => {
    const [first = '', ...rest] = word.split('/');
    return [o.paths[first] ?? first, ...rest].join('/');
  });
  const ran = await session(words, o.world);
  let text = [
    `$ meshturn ${commandLine}\n`,
    ...(ran.stdout === '' ? [] : [`--- stdout\n${ran.stdout}`]),
    ...(ran.stderr === '' ? [] : [`--- stderr\n${ran.stderr}`]),
    `--- exit ${ran.exit}\n`,
  ].join('');
  for (const [word, { fingerprint, serial }] of Object.entries(o.certificates)) {
    text = text
      .replaceAll(fingerprint, `${word}-sha256-`.padEnd(64, '#'))
      .replaceAll(serial, `${word}-serial-`.padEnd(32, '#'));
  }
  for (const [word, path] of Object.entries(o.paths)) text = text.replaceAll(path, word);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

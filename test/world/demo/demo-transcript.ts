import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Spawned } from '../../cli/spawned.ts';

/**
 * Compares all that a process printed with `test/cli/<name>.golden.txt`, which a run has written, but for what is
 * another in every run: figures, the order of clusters, and the steps between. UPDATE_GOLDEN=1 writes the file instead.
 */
export async function expectTranscript(
  name: string,
  commandLine: string,
  { written, exitCode }: Pick<Spawned, 'written' | 'exitCode'>,
  temporal: string,
): Promise<void> {
  const file = new URL(`../../cli/${name}.golden.txt`, import.meta.url);
  const exit = await exitCode();
  const text = [
    `$ meshturn ${commandLine}\n`,
    `--- stdout\n${written.stdout}`,
    `--- stderr\n${written.stderr}`,
    `--- exit ${exit}\n`,
  ].join('');
  const transcript = placeless(text, temporal);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, transcript);
  expect(lasting(transcript)).toEqual(lasting(readFileSync(file, 'utf8')));
}

function placeless(text: string, temporal: string): string {
  return text
    .replaceAll(temporal, 'TEMPORAL')
    .replaceAll(/\/\S*\/meshturn-\w+/g, 'FOLDER')
    .replaceAll(/(localhost|127\.0\.0\.1):\d+/g, '$1:PORT');
}

/** What is the same in every run: that a phase begins, that each of its clusters converges, and that it ends. */
function lasting(transcript: string): readonly string[] {
  const lines = transcript
    .split('\n')
    .map((line) => line.replace(/^\d\d:\d\d:\d\d /, 'TIME '))
    .filter((line) => !/^TIME (… |rotation observing)/.test(line) && !isBetween(line))
    .map((line) =>
      line
        .replace(/ in (\d+[dhms] ?)+$/, ' in TIME')
        .replaceAll(/\b0 reset/g, 'N reset')
        .replaceAll(/\b[1-9][\d,.]*\b/g, 'N'),
    );
  return lines.flatMap((line, at) => {
    if (!isConverged(line)) return [line];
    if (isConverged(lines[at - 1] ?? '')) return [];
    const end = lines.findIndex((other, index) => index > at && !isConverged(other));
    return [...new Set(lines.slice(at, end))].sort();
  });
}

function isConverged(line: string): boolean {
  return /^TIME \w+ \S+ converged /.test(line);
}

/** Of a cluster that has not ended its phase, and that nothing has stopped. */
function isBetween(line: string): boolean {
  const ofCluster = /^TIME (distribute|activate|revoke) \S+ /.test(line);
  return ofCluster && !/ stopped: | in every cluster$/.test(line) && !isConverged(line);
}

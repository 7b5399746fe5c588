import type { CaMadeDocument, MadeFile, MadeRequest } from '../ca/made.ts';
import type { Context } from '../context.ts';
import { day } from './clock.ts';
import { table } from './table.ts';
import { json } from './json.ts';

const words = {
  certificate: 'certificate',
  chain: 'chain',
  privateKey: 'private key, for its owner only',
  encryptedPrivateKey: 'private key, encrypted, for its owner only',
  request: 'request',
} as const satisfies Record<MadeFile['holds'], string>;

/** Says on stdout what was made. */
export function printMade(
  { process, terminal }: Pick<Context, 'process' | 'terminal'>,
  document: CaMadeDocument,
  output: 'text' | 'json',
): void {
  process.stdout.write(output === 'json' ? json(document) : renderMade(document, terminal?.columns));
}

/** What was made, by what may be told of it, and where it is. */
function renderMade({ certificates, requests, files }: CaMadeDocument, width: number | undefined): string {
  const rows = certificates.map(({ unit, subject, key, notAfter, fingerprint }) => [
    unit ?? 'root',
    subject,
    key.kind,
    day(notAfter),
    fingerprint,
  ]);
  const titles = ['FOR', 'SUBJECT', 'KEY', 'EXPIRES', 'SHA-256'].map((title) => ({ title }));
  const made = rows.length === 0 ? '' : lines(table(titles, rows, width));
  const asked = requests.length === 0 ? '' : requestLines(requests, width);
  // A path is not broken, however narrow the terminal: it is there to be copied.
  const written = table(
    ['HOLDS', 'FILE'].map((title) => ({ title })),
    files.map(({ path, holds }) => [words[holds], path]),
  );
  return `${made}${asked}\n${lines(written)}`;
}

/** Requests as a table; their public keys are to be compared where they came from. */
export function requestLines(requests: readonly MadeRequest[], width: number | undefined): string {
  const titles = ['FOR', 'SUBJECT', 'KEY', 'SHA-256 OF THE PUBLIC KEY'].map((title) => ({ title }));
  const rows = requests.map(({ unit, subject, key }) => [unit, subject, key.kind, key.publicKey]);
  return lines(table(titles, rows, width));
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

import { namesOf, type Names } from '../../rotation/names.ts';
import { symbols } from '../../rotation/symbols.ts';
import type { CaCertificate, CaDocument, CaFinding, CaRow } from '../ca/document.ts';
import { day } from './clock.ts';
import { fromNow } from './duration.ts';
import { layOut, type Line } from './layout.ts';
import { table, type Column } from './table.ts';
import { trustLines } from './ca-trust.ts';

interface CaColumn extends Column {
  readonly cell: (row: CaRow) => string;
  /** The narrower the terminal, the more of these are left out, the highest first: all are told again below. */
  readonly spare?: number;
}

/** istioctl's, in its order: `istioctl proxy-config secret`. */
const columns: readonly CaColumn[] = [
  { title: 'RESOURCE NAME', cell: ({ resourceName }) => resourceName },
  { title: 'TYPE', cell: ({ type }) => type },
  { title: 'STATUS', cell: ({ status }) => status },
  { title: 'VALID CERT', cell: ({ validCert }) => String(validCert) },
  { title: 'SERIAL NUMBER', cell: ({ serialNumber }) => serialNumber, spare: 2 },
  { title: 'NOT AFTER', cell: ({ notAfter }) => notAfter },
  { title: 'NOT BEFORE', cell: ({ notBefore }) => notBefore, spare: 3 },
];
/** Printed by newer ones, and only where there is one to print. */
const trustDomain: CaColumn = {
  title: 'TRUST DOMAIN',
  cell: ({ trustDomain }) => trustDomain ?? '',
  spare: 1,
};

/** What was found, place by place, then each certificate once. */
export function renderCa(document: CaDocument, now: Date, width: number | undefined): string {
  const { places, certificates } = document;
  const names = namesOf(certificates);
  const lines: readonly Line[] = [
    ...places.flatMap((place) => [place.object, '', ...placeLines(place, names, width), '']),
    ...certificates.flatMap((one) => certificateLines(one, document, names, now)),
    ...unseen(document).flatMap(findingLines),
  ];
  return layOut(lines, width)
    .map((line) => `${line}\n`)
    .join('')
    .replace(/\n+$/, '\n');
}

/** What a place above has told already is not told again. */
function unseen({ places, trust }: CaDocument): readonly CaFinding[] {
  const told = new Set(places.flatMap(({ findings }) => findings.map(({ message }) => message)));
  return (trust?.unseen ?? []).filter(({ message }) => !told.has(message));
}

function placeLines(
  { rows, keys, findings, path }: CaDocument['places'][number],
  names: Names,
  width: number | undefined,
): readonly Line[] {
  const shown = rows.some((row) => row.trustDomain !== undefined) ? [...columns, trustDomain] : columns;
  return [
    ...(rows.length === 0 ? [] : fitting(shown, rows, width)),
    ...keys.map(({ name, kind, matches }) => {
      const match =
        matches.length === 0 ? 'matches none of the certificates here' : `matches ${matches.join(', ')}`;
      return { head: `${name}: `, words: `private key, ${kind}, ${match}` };
    }),
    ...(path.length === 0
      ? []
      : [{ head: `${symbols.done} `, words: `A whole set: ${path.map(names.full).join(' → ')}` }]),
    ...findings.flatMap(findingLines),
  ];
}

/** As many columns as there is room for. */
function fitting(all: readonly CaColumn[], rows: readonly CaRow[], width = Infinity): readonly string[] {
  const lines = table(
    all,
    rows.map((row) => all.map(({ cell }) => cell(row))),
  );
  const most = Math.max(...all.map(({ spare = 0 }) => spare));
  if (most === 0 || lines.every((line) => line.length < width)) return lines;
  return fitting(
    all.filter(({ spare }) => spare !== most),
    rows,
    width,
  );
}

function certificateLines(
  one: CaCertificate,
  { trust }: CaDocument,
  names: Names,
  now: Date,
): readonly Line[] {
  const { fingerprint, role, key, subject, serial, notBefore, notAfter, uris, signedBy } = one;
  const told = trust?.certificates.find((other) => other.fingerprint === fingerprint);
  return [
    `${role === 'leaf' && subject === '' ? 'leaf' : `${names.full(fingerprint)}, ${role}`}, ${key}, ${expiry(one, now)}`,
    { head: '  SHA-256  ', words: fingerprint },
    { head: '  serial   ', words: serial },
    { head: '  valid    ', words: `${day(notBefore)} to ${day(notAfter)}` },
    ...(subject === '' ? [] : [{ head: '  subject  ', words: subject }]),
    ...uris.map((uri) => ({ head: '  for      ', words: uri })),
    ...(role === 'root' ? [] : [{ head: '  signed   ', words: signer(one, signedBy, names) }]),
    ...(told === undefined ? [] : trustLines(told, role)),
    '',
  ];
}

function signer({ issuer }: CaCertificate, signedBy: string | undefined, names: Names): string {
  return signedBy === undefined
    ? `by none of those shown; it names ${issuer}`
    : `by ${names.full(signedBy)}, verified by its key`;
}

function expiry({ notBefore, notAfter, expired }: CaCertificate, now: Date): string {
  if (expired) return `expired ${fromNow(notAfter, now)}`;
  return new Date(notBefore) > now ? `valid ${fromNow(notBefore, now)}` : `expires ${fromNow(notAfter, now)}`;
}

/** What is wrong, or odd, and what to do about it. */
export function findingLines({ code, message, hint, warns }: CaFinding): readonly Line[] {
  const [first = '', ...more] = message.split('\n');
  return [
    { head: warns ? '! ' : `${symbols.stopped} `, words: `${first}   [${code}]` },
    ...more.map((line) => ({ head: '  ', words: line })),
    `  hint: ${hint}`,
  ];
}

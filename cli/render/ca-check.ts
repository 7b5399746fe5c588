import { basename } from 'node:path';
import { namesOf } from '../../rotation/names.ts';
import type { CaCheckDocument, CheckedSet } from '../ca/check-document.ts';
import { findingLines } from './ca.ts';
import { day } from './clock.ts';
import { layOut, type Line } from './layout.ts';
import { table } from './table.ts';

const header = ['SET', 'SIGNS WITH', 'BELOW', 'UNTIL', 'VERDICT'].map((title) => ({ title }));

/** A line for each set, then what was found of each. */
export function renderCaCheck({ sets }: CaCheckDocument, width: number | undefined): string {
  const names = namesOf(sets.flatMap(({ path }) => path));
  const rows = sets.map((set) => {
    const { object, path } = set;
    const [signer, root] = [path[0], path.at(-1)];
    const ends = path.map(({ notAfter }) => notAfter).toSorted();
    return [
      basename(object),
      signer === undefined ? '-' : names.full(signer.fingerprint),
      root === undefined ? '-' : names.full(root.fingerprint),
      ends[0] === undefined ? '-' : day(ends[0]),
      verdictOf(set),
    ];
  });
  const lines: readonly Line[] = [...table(header, rows, width), ...sets.flatMap(setLines)];
  return layOut(lines, width)
    .map((line) => `${line}\n`)
    .join('');
}

function verdictOf({ findings, path }: CheckedSet): string {
  const fatal = findings.filter(({ severity }) => severity === 'fatal').length;
  const warnings = findings.length - fatal;
  const told = warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`];
  const sound = path.length === 0 ? 'not there' : 'sound';
  const wrong = fatal === 0 ? [sound] : [`refused: ${fatal} ${fatal === 1 ? 'problem' : 'problems'}`];
  return [...wrong, ...told].join(', ');
}

function setLines({ findings }: CheckedSet): readonly Line[] {
  if (findings.length === 0) return [];
  return [
    '',
    ...findings.flatMap(({ severity, ...finding }) =>
      findingLines({ ...finding, warns: severity === 'warning' }),
    ),
  ];
}

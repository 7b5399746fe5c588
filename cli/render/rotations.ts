import type { RotationRow } from '../rotations.ts';
import { day, timeOfDay } from './clock.ts';
import { table } from './table.ts';

const columns = ['ROTATION', 'KIND', 'PHASE', 'STATE', 'STARTED', 'ENDED'].map((title) => ({ title }));

export function renderRotations(rows: readonly RotationRow[]): string {
  if (rows.length === 0) return 'There is no rotation yet. Plan one: meshturn rotation plan --help\n';
  const lines = table(
    columns,
    rows.map(({ fleet, mesh, kind, phase, state, startedAt, endedAt }) => [
      `${fleet}/${mesh}`,
      kind,
      phase || '–',
      state,
      instant(startedAt),
      endedAt === undefined ? '–' : instant(endedAt),
    ]),
  );
  return `${lines.join('\n')}\n`;
}

function instant(at: string): string {
  return `${day(at)} ${timeOfDay(at)}`;
}

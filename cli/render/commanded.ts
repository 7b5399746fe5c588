import { hasEnded } from '../../rotation/course.ts';
import { namesOf, shortFingerprint } from '../../rotation/names.ts';
import type { CommandGiven, RotationProgress } from '../../rotation/progress.ts';
import { notTurned, standingWords } from '../../rotation/safety.ts';
import type { Standing } from '../../rotation/standing.ts';
import { timeOfDay } from './clock.ts';
import { dayAndDistance } from './duration.ts';
import { nextRotation } from './go-on.ts';
import type { Line } from './layout.ts';
import { symbols } from './symbols.ts';
import { table } from './table.ts';

/** What a person told the rotation, what comes of it, and what to type next; nothing where no command is in force. */
export function commandLines(progress: RotationProgress, now: Date): readonly Line[] {
  const { command, fleet, mesh, standing, state } = progress;
  if (command === undefined) return [];
  const name = `${fleet}/${mesh}`;
  if (state === 'aborted') return ['', ...aborted(command, standing, progress, now)];
  if (hasEnded(progress)) return [];
  const given = `${timeOfDay(command.at)}${because(command)}`;
  switch (command.name) {
    case 'pause':
      return ['', told(`${name} was told at ${given} to pause`), `  Go on: meshturn rotation resume ${name}`];
    case 'abort':
      return ['', told(`${name} was told at ${given} to end where it is`)];
    case 'rollback':
      return ['', told(`${name} was told at ${given} to go back to where it began`)];
  }
}

function told(words: string): Line {
  return { head: `${symbols.paused} `, words };
}

function because({ reason }: CommandGiven): string {
  return reason === undefined ? '' : ` (${reason})`;
}

function aborted(
  command: CommandGiven,
  standing: Standing | undefined,
  progress: RotationProgress,
  now: Date,
): readonly Line[] {
  const head = {
    head: `${symbols.left} `,
    words: `${progress.fleet}/${progress.mesh} was aborted at ${timeOfDay(command.at)}${because(command)}`,
  };
  if (standing === undefined && progress.rollsBack === undefined) return [head, '  Nothing was written.'];
  if (standing === undefined) {
    return [head, { head: '  ', words: notTurned }, `  Go on: ${nextRotation(progress)}`];
  }
  return [
    head,
    ...standLines(standing, progress),
    ...standing.unseen.map((unit): Line => `  ${unit} could not be looked at.`),
    { head: '  ', words: standingWords(standing, progress, dayAndDistance(now), now.toISOString()) },
    `  Go on: ${nextRotation(progress)}`,
  ];
}

function standLines({ units }: Standing, { from, to }: RotationProgress): readonly Line[] {
  const names = namesOf([...from, ...to]);
  const rows = units.map(({ unit, state, trusts, signsWith }) => [
    unit,
    state ?? '–',
    `trusts ${trusts.map((root) => names.short(root)).join(' ')}`,
    signsWith === undefined
      ? 'its certificate and key do not verify'
      : `signs with ${shortFingerprint(signsWith)}`,
  ]);
  return table([{ title: '' }, { title: '' }, { title: '' }, { title: '' }], rows)
    .slice(1)
    .map((line) => `  ${line}`);
}

import type { RotationProgress } from '../../rotation/progress.ts';
import { symbols } from '../../rotation/symbols.ts';
import { type StopWords, type Told, toldOf } from '../../rotation/told.ts';
import { wordsOf } from '../../rotation/ways-on.ts';
import { timeOfDay } from './clock.ts';
import { dayAndDistance } from './duration.ts';
import { clusters } from './fleet.ts';
import type { Line } from './layout.ts';
import { table } from './table.ts';

/** Of more stopped clusters than this only the first by each code is told whole. */
const mostTold = 5;

/**
 * What a person told the rotation, everything that stands still, what state that leaves the mesh in, and what to
 * type; nothing of one that goes on.
 */
export function toldLines(progress: RotationProgress, now: Date): readonly Line[] {
  const told = toldOf(progress, { at: now.toISOString(), when: dayAndDistance(now), most: mostTold });
  return [...commandLines(told), ...told.stops.flatMap(stopLines), ...otherLines(told), ...leftLines(told)];
}

/** First, as a terminal that is too low for all of it shows the beginning. */
function commandLines({ command, safety, units, unseen, steps }: Told): readonly Line[] {
  if (command === undefined) return safety === undefined ? [] : ['', { head: '', words: safety }];
  return [
    '',
    {
      head: `${symbols[command.mark]} `,
      words: `${command.words} at ${timeOfDay(command.at)}${command.why}`,
    },
    ...unitLines(units),
    ...unseen.map((unit): Line => `  ${unit} could not be looked at.`),
    ...(safety === undefined ? [] : [{ head: '  ', words: safety }]),
    ...steps.map((step) => `  ${wordsOf(step)}`),
  ];
}

function unitLines(units: Told['units']): readonly Line[] {
  const rows = units.map(({ unit, state, trusts, signs }) => [unit, state ?? '–', trusts, signs]);
  return table([{ title: '' }, { title: '' }, { title: '' }, { title: '' }], rows)
    .slice(1)
    .map((line) => `  ${line}`);
}

function stopLines({ what, message, code, stands, hint, steps }: StopWords): readonly Line[] {
  const [first = '', ...more] = message.split('\n');
  return [
    '',
    { head: `${symbols.stopped} `, words: `${what}: ${first}   [${code}]` },
    ...more.map((line) => ({ head: '  ', words: line })),
    ...(stands === undefined ? [] : [{ head: '  ', words: stands }]),
    ...(hint === '' ? [] : [`  hint: ${hint}`]),
    ...steps.map((step) => `${' '.repeat(12 - step.label.length)}${wordsOf(step)}`),
  ];
}

function leftLines({ left }: Told): readonly Line[] {
  if (left === undefined) return [];
  return ['', { head: '! ', words: `${left.words}   [${left.code}]` }, `  hint: ${left.hint}`];
}

/** Those that are not told whole, by what stopped them. */
function otherLines({ others: { count, codes, steps } }: Told): readonly Line[] {
  if (count === 0) return [];
  return [
    '',
    { head: `${symbols.stopped} `, words: `and ${clusters(count)} more: ${codes}` },
    ...steps.slice(-1).map(({ typed }) => `        all of them: ${typed}`),
  ];
}

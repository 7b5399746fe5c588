import type { RotationProgress } from '../rotation/progress.ts';
import { symbols } from '../rotation/symbols.ts';
import { type StopWords, type Told, toldOf } from '../rotation/told.ts';
import type { Step } from '../rotation/ways-on.ts';
import { clipped } from './details-bounds.ts';
import { instant } from './instant.ts';
import { oneLine } from './one-line.ts';

/** Of what an error says, so much: the evidence and the command line have all of it. */
const mostWords = 500;
/** Of more stopped clusters than this only the first by each code is told whole. */
const mostTold = 3;
/** Of more units than this none is told one by one: what stands next to them would give way. */
const mostUnits = 30;

/**
 * As bullets what a person told the rotation, whether its mesh may stay as it is, and how it goes on; then what is
 * stopped, and where an aborted one has left its units. Nothing of one that goes on.
 */
export function toldLines(progress: RotationProgress, at: string): readonly string[] {
  const told = toldOf(progress, { at, when: day, most: mostTold });
  const { command, safety, steps, stops } = told;
  return [
    ...(command === undefined
      ? []
      : [clipped(`- ${symbols[command.mark]} ${command.words} at ${instant(command.at, at)}${command.why}`)]),
    ...(safety === undefined ? [] : [`- ${safety}`]),
    ...steps.map((step) => stepLine(step)),
    ...stops.flatMap((stop) => stopLines(stop)),
    ...otherLines(told),
    ...unitLines(told),
    ...leftLines(told),
  ];
}

/** A stop as bullets: what stopped and what was seen, what the cluster trusts and signs with, and what to do. */
export function stopLines(
  { what, code, message, stands, hint, steps }: StopWords,
  where = '',
): readonly string[] {
  return [
    `- ${symbols.stopped} **${what}**: ${brief(message)} **${code}**`,
    ...(stands === undefined ? [] : [`- ${stands}`]),
    ...(hint === '' ? [] : [`- hint: ${verbatim(brief(hint))}`]),
    ...steps.map((step) => stepLine(step, where)),
  ];
}

export function day(iso: string): string {
  return iso.slice(0, 10);
}

/** @param where the update can be sent, if not on this very page */
function stepLine(step: Step, where = ''): string {
  return `- ${step.label}: ${actionOf(step)}${step.update === undefined ? '' : where}`;
}

function actionOf({ typed, update }: Step): string {
  if (update === undefined) return verbatim(typed);
  const { name, argument } = update;
  return `More Actions, Send an Update, \`${name}\` with \`${JSON.stringify(argument)}\``;
}

function otherLines({ others: { count, codes, steps } }: Told): readonly string[] {
  if (count === 0) return [];
  const noun = count === 1 ? 'cluster' : 'clusters';
  return [
    clipped(`- ${symbols.stopped} and ${count} ${noun} more: ${codes}`),
    ...steps.slice(-1).map((step) => `- all of them: ${actionOf(step)}`),
  ];
}

function unitLines({ units, unseen }: Told): readonly string[] {
  const shown = units.length > mostUnits ? [] : units;
  return [
    ...shown.map(({ unit, state = '–', trusts, signs }) => clipped(`- ${unit} ${state} ${trusts}, ${signs}`)),
    ...unseen.slice(0, mostUnits).map((unit) => clipped(`- ${unit} could not be looked at.`)),
  ];
}

function leftLines({ left }: Told): readonly string[] {
  if (left === undefined) return [];
  return [`- ${brief(left.words)} **${left.code}**`, `- hint: ${verbatim(brief(left.hint))}`];
}

/** The Temporal UI makes one dash of two, so that no flag could be copied, unless it is code. */
function verbatim(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}

function brief(text: string): string {
  return clipped(oneLine(text), mostWords);
}

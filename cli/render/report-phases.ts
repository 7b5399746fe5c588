import type { PhaseDocument } from '../../activities/evidence/document.ts';
import type { ClusterStep, PhaseProgress } from '../../rotation/progress.ts';
import type { Report } from '../report/report.ts';
import { inWords, secondsBetween } from './duration.ts';
import { cell, utc } from './markdown.ts';
import type { Names } from '../../rotation/names.ts';
import { stopLines } from './report-stops.ts';
import { unitSection } from './report-unit.ts';

/** Every phase: by its evidence where it has ended, by the live run where not. */
export function phaseSections(report: Report, names: Names): readonly (readonly string[])[] {
  const { phases, end, live } = report;
  const kept = new Set(phases.map(({ phase }) => phase));
  const open = live?.phases.filter(({ name }) => !kept.has(name)) ?? [];
  return [
    ...phases.flatMap((phase) => endedPhase(report, phase, names)),
    ...open.flatMap((phase) => openPhase(report, phase, names)),
    ...(end === undefined || end.stops.length === 0
      ? []
      : [['## Before the end', '', ...stopLines(end.stops, end.startedAt)]]),
  ];
}

function endedPhase(
  { units }: Report,
  { number, phase, startedAt, endedAt, clusters, versionsWritten, stops, units: named }: PhaseDocument,
  names: Names,
): readonly (readonly string[])[] {
  const own = named.flatMap(
    ({ unit }) =>
      units
        .filter(
          (one) =>
            one.phase === phase && one.unit === unit && one.endedAt >= startedAt && one.endedAt <= endedAt,
        )
        .at(-1) ?? [],
  );
  const took = inWords(secondsBetween(startedAt, endedAt));
  return [
    [
      `## Phase ${number}: ${phase}`,
      '',
      `${utc(startedAt)} to ${utc(endedAt)}, ${took}. ${count(clusters, 'cluster')}, ${count(versionsWritten, 'version')} written. All of them proved it before the next phase began.`,
    ],
    ...(stops.length === 0 ? [] : [stopLines(stops, startedAt)]),
    ...own.map((unit) => unitSection(unit, names)),
  ];
}

/** A phase without a document of its own; units of it may have theirs. */
function openPhase(
  { units }: Report,
  { name, state, startedAt, clusters }: PhaseProgress,
  names: Names,
): readonly (readonly string[])[] {
  if (state === 'waiting') return [[`## Phase ${name}: not begun`]];
  const own = units.filter(({ phase, endedAt }) => phase === name && endedAt >= (startedAt ?? endedAt));
  const told = new Set(own.flatMap((unit) => unit.clusters));
  const rest = clusters.filter(({ cluster }) => !told.has(cluster));
  const since = startedAt === undefined ? '' : `, since ${utc(startedAt)}`;
  return [
    [`## Phase ${name}: ${state}`, '', `Told by the live run${since}; no evidence of its end is kept.`],
    ...own.map((unit) => unitSection(unit, names)),
    ...rest.map(stepSection),
  ];
}

function stepSection({
  cluster,
  state,
  doing,
  done,
  total,
  evidence,
  stopped,
}: ClusterStep): readonly string[] {
  const counts = total === 0 ? '' : `, ${done}/${total} proxies`;
  return [
    `### ${cluster}`,
    '',
    `- ${state}${doing === undefined ? '' : `, ${doing}`}${counts}`,
    ...evidence.map((line) => `- ${cell(line)}`),
    ...(stopped === undefined
      ? []
      : [`- stopped ${utc(stopped.at)}: **${stopped.code}** ${cell(stopped.message)}`]),
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

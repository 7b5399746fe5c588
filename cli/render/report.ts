import type { EvidenceCommand } from '../../activities/evidence/document.ts';
import type { CertFacts } from '../../rotation/trust.ts';
import type { Report, ReportSource } from '../report/report.ts';
import { inWords, secondsBetween } from './duration.ts';
import { cell, mdTable, utc } from './markdown.ts';
import { namesOf, type Names } from '../../rotation/names.ts';
import { phaseSections } from './report-phases.ts';

/** A report as markdown: what an auditor asks, in this order. */
export function renderReport(report: Report): string {
  const { fleet, mesh, id } = report;
  const names = namesOf([...fromOf(report), ...toOf(report)]);
  const sections = [
    [`# Rotation ${id} of ${fleet}/${mesh}`],
    mdTable(['', ''], factRows(report, names)),
    ['## Sources', '', ...sourceLines(report)],
    commandsOf(report).length === 0
      ? []
      : ['## Commands', '', ...mdTable(['when', 'what', 'who', 'why'], commandsOf(report).map(commandRow))],
    violationLines(report),
    ...phaseSections(report, names),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function fromOf({ start, live }: Report): readonly CertFacts[] {
  return start?.from ?? live?.from ?? [];
}

function toOf({ start, live }: Report): readonly CertFacts[] {
  return start?.to ?? live?.to ?? [];
}

function factRows(report: Report, names: Names): readonly (readonly [string, string])[] {
  const { start, phases, end, live, at } = report;
  const state = end?.state ?? live?.state ?? 'not known to have ended';
  const startedAt = start?.at ?? live?.startedAt;
  const endedAt = end?.endedAt ?? live?.endedAt;
  const kind = start?.rotation.kind ?? live?.kind ?? phases[0]?.rotation.kind;
  const last = end ?? phases.at(-1) ?? start;
  const versions = end?.versionsWritten ?? live?.versionsWritten;
  const certificates = (facts: readonly CertFacts[]) =>
    facts
      .map(
        ({ fingerprint, notAfter }) =>
          `${names.full(fingerprint)} (SHA-256 ${fingerprint}), valid until ${utc(notAfter)}`,
      )
      .join('; ');
  const [first] = commandsOf(report);
  const starter = first?.name === 'start' ? `, by ${first.by}` : '';
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['state', state],
    ['leads back', start?.rollsBack ?? live?.rollsBack],
    ['kind', kind],
    ['started', startedAt && `${utc(startedAt)}${starter}`],
    [
      'ended',
      endedAt && startedAt && `${utc(endedAt)}, after ${inWords(secondsBetween(startedAt, endedAt))}`,
    ],
    ['roots before', certificates(fromOf(report))],
    ['roots in the end', certificates(toOf(report))],
    ['versions written', versions?.toString()],
    ['Meshturn', last?.writtenBy.meshturn],
    [
      'Temporal',
      last &&
        `server ${last.writtenBy.temporal.server}, namespace ${last.writtenBy.temporal.namespace}, workflow ${last.writtenBy.temporal.workflowId}`,
    ],
    ['report made', utc(at)],
  ];
  return rows.flatMap(([title, value]) =>
    value === undefined || value === '' ? [] : [[title, value] as const],
  );
}

function sourceLines({ sources, changed }: Report): readonly string[] {
  const { store, live } = sources;
  return [
    sourceLine(store, `${store.found} documents`),
    ...(store.found === 0
      ? []
      : changed.length === 0
        ? ['- every document is what it was when another first referred to it']
        : changed.map((name) => `- **changed or gone since it was referred to: ${name}**`)),
    sourceLine(live, 'the run itself'),
  ];
}

function sourceLine({ place, found, lacks }: ReportSource, what: string): string {
  return found > 0 ? `- ${place}: ${what}` : `- ${place}: nothing, ${cell(lacks ?? '')}`;
}

/** Each once, in the order of time: every document has those up to then. */
function commandsOf({ start, phases, end }: Report): readonly EvidenceCommand[] {
  const told = [start, ...phases, end].flatMap((document) => document?.commands ?? []);
  const once = [...new Map(told.map((command) => [command.id, command])).values()];
  return once.toSorted((a, b) => a.at.localeCompare(b.at));
}

function commandRow({ at, name, by, reason, cluster }: EvidenceCommand): readonly string[] {
  return [utc(at), cluster === undefined ? name : `${name} ${cluster}`, by, reason ?? '–'];
}

function violationLines({ start, live }: Report): readonly string[] {
  const violations = start?.violations ?? live?.violations ?? [];
  if (violations.length === 0) return [];
  const row = ({ code, unit, text, overridden }: (typeof violations)[number]) => [
    code,
    unit,
    text,
    overridden ?? '–',
  ];
  return [
    '## Violations',
    '',
    ...mdTable(['what', 'where', 'found', 'reason to go on'], violations.map(row)),
  ];
}

import { type RotationProgress, type Stopped } from '../../rotation/progress.ts';
import { day } from './clock.ts';
import { fromNow } from './duration.ts';
import { symbols } from './symbols.ts';

/** Everything that stands still: what it was, what state that leaves the mesh in, and what to type. */
export function stoppedLines(progress: RotationProgress, now: Date): readonly string[] {
  const { fleet, mesh, phases, stopped } = progress;
  const clusters = phases.flatMap(({ name, clusters }) =>
    clusters.flatMap((step) =>
      step.stopped === undefined ? [] : [{ phase: name, ...step, stopped: step.stopped }],
    ),
  );
  const own = stopped !== undefined && !clusters.some((step) => step.stopped.message === stopped.message);
  return [
    ...(own ? block(`${fleet}/${mesh} stopped`, stopped, `meshturn rotation retry ${fleet}/${mesh}`) : []),
    ...clusters.flatMap(({ cluster, phase, stopped }) =>
      block(
        `${cluster} stopped in ${phase}`,
        stopped,
        `meshturn rotation retry ${fleet}/${mesh} --cluster ${cluster}`,
      ),
    ),
    ...(own || clusters.length > 0 ? [safety(progress, now)] : []),
  ];
}

function block(what: string, { message, code, hint }: Stopped, retry: string): readonly string[] {
  return [
    '',
    `${symbols.stopped} ${what}: ${message}   [${code}]`,
    `  hint: ${hint}`,
    `        then: ${retry}`,
  ];
}

/** Phases end everywhere or nowhere, so a mesh that stands still is one that works until something expires. */
function safety({ from, to }: RotationProgress, now: Date): string {
  const first = [...from, ...to].toSorted((a, b) => a.notAfter.localeCompare(b.notAfter))[0];
  const bound =
    first === undefined
      ? ''
      : ` until ${day(first.notAfter)} (${fromNow(first.notAfter, now)}), when ${first.subject} expires`;
  return `  Nothing goes on past this phase: every cluster still trusts what every other signs with${bound}.`;
}

import type { RotationProgress, Stopped } from '../../rotation/progress.ts';
import { day } from './clock.ts';
import { fromNow } from './duration.ts';
import type { Line } from './layout.ts';
import { namesOf } from './names.ts';
import { symbols } from './symbols.ts';

/** Everything that stands still: what it was, what state that leaves the mesh in, and what to type. */
export function stoppedLines(progress: RotationProgress, now: Date): readonly Line[] {
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
    ...(own ? ['  Nothing more is written meanwhile.'] : []),
    ...(!own && clusters.length > 0 ? [safety(progress, now)] : []),
  ];
}

function block(what: string, { message, code, hint }: Stopped, retry: string): readonly Line[] {
  const [first = '', ...more] = message.split('\n');
  return [
    '',
    { head: `${symbols.stopped} `, words: `${what}: ${first}   [${code}]` },
    ...more.map((line) => ({ head: '  ', words: line })),
    `  hint: ${hint}`,
    `        then: ${retry}`,
  ];
}

/** Phases end everywhere or nowhere, so a mesh that stands still is one that works until something expires. */
function safety({ from, to, violations }: RotationProgress, now: Date): Line {
  const overridden = [...new Set(violations.map(({ code }) => code))];
  if (overridden.length > 0)
    return { head: '  ', words: `${overridden.join(', ')} was overridden: nothing vouches for the mesh.` };
  const first = [...from, ...to].toSorted((a, b) => a.notAfter.localeCompare(b.notAfter))[0];
  const names = namesOf([...from, ...to]);
  const bound =
    first === undefined
      ? ''
      : `, until ${names.full(first.fingerprint)} expires on ${day(first.notAfter)} (${fromNow(first.notAfter, now)})`;
  const words = `The mesh is safe: every cluster trusts what every other signs with${bound}.`;
  return { head: '  ', words };
}

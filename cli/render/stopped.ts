import { hasEnded } from '../../rotation/course.ts';
import type { PhaseName } from '../../rotation/plan.ts';
import type { RotationProgress, Stopped } from '../../rotation/progress.ts';
import { type Reliance, relianceOf } from '../../rotation/reliance.ts';
import { footingWords, safetyIn, safetyWords } from '../../rotation/safety.ts';
import { dayAndDistance } from './duration.ts';
import type { Line } from './layout.ts';
import { symbols } from './symbols.ts';

/** Of stopped clusters so many are told whole. */
const told = 5;

interface StoppedCluster {
  readonly cluster: string;
  readonly phase: PhaseName;
  readonly stopped: Stopped;
}

/** Everything that stands still: what it was, what state that leaves the mesh in, and what to type. */
export function stoppedLines(progress: RotationProgress, now: Date): readonly Line[] {
  const { fleet, mesh, phases, stopped } = progress;
  const reliance = relianceOf(progress);
  const clusters = phases.flatMap(({ name, clusters }) =>
    clusters.flatMap(({ cluster, stopped }): readonly StoppedCluster[] =>
      stopped === undefined ? [] : [{ cluster, phase: name, stopped }],
    ),
  );
  if (stopped === undefined && clusters.length === 0) return [];
  const safety = safetyIn(progress, reliance, now.toISOString());
  return [
    ...(stopped === undefined ? [] : block(`${fleet}/${mesh} stopped`, stopped, [], goOn(progress))),
    ...clusters.slice(0, told).flatMap((each) => clusterBlock(each, progress, reliance)),
    ...others(clusters.slice(told), progress),
    { head: '  ', words: safetyWords(safety, reliance, dayAndDistance(now)) },
  ];
}

function goOn(progress: RotationProgress): string {
  const { fleet, mesh } = progress;
  return hasEnded(progress)
    ? 'meshturn rotation start … with the same --root or --intermediate'
    : `meshturn rotation retry ${fleet}/${mesh}`;
}

function clusterBlock(
  { cluster, phase, stopped }: StoppedCluster,
  { fleet, mesh, kind }: RotationProgress,
  reliance: Reliance,
): readonly Line[] {
  const { footing, code } = stopped;
  const stands = footing && `${cluster} ${footingWords({ footing, code }, kind, reliance)}.`;
  return block(
    `${cluster} stopped in ${phase}`,
    stopped,
    stands === undefined ? [] : [{ head: '  ', words: stands }],
    `meshturn rotation retry ${fleet}/${mesh} --cluster ${cluster}`,
  );
}

function block(
  what: string,
  { message, code, hint }: Stopped,
  stands: readonly Line[],
  then: string,
): readonly Line[] {
  const [first = '', ...more] = message.split('\n');
  return [
    '',
    { head: `${symbols.stopped} `, words: `${what}: ${first}   [${code}]` },
    ...more.map((line) => ({ head: '  ', words: line })),
    ...stands,
    `  hint: ${hint}`,
    `        then: ${then}`,
  ];
}

/** Those that are not told whole, by what stopped them. */
function others(clusters: readonly StoppedCluster[], { fleet, mesh }: RotationProgress): readonly Line[] {
  if (clusters.length === 0) return [];
  const codes = [...Map.groupBy(clusters, ({ stopped }) => stopped.code)];
  const counts = codes.map(([code, { length }]) => `${length} [${code}]`).join(', ');
  return [
    '',
    { head: `${symbols.stopped} `, words: `and ${clusters.length} clusters more: ${counts}` },
    `        all of them: meshturn rotation retry ${fleet}/${mesh}`,
  ];
}

import { hasEnded } from '../../rotation/course.ts';
import type { PhaseName } from '../../rotation/plan.ts';
import type { RotationProgress, Stopped } from '../../rotation/progress.ts';
import { type Reliance, relianceOf } from '../../rotation/reliance.ts';
import { footingWords, safetyIn, safetyWords } from '../../rotation/safety.ts';
import { dayAndDistance } from './duration.ts';
import { clusters } from './fleet.ts';
import { nextRotation, retryLines } from './go-on.ts';
import type { Line } from './layout.ts';
import { symbols } from './symbols.ts';

/** Of more stopped clusters than this only the first by each code is told whole. */
const mostTold = 5;

interface StoppedCluster {
  readonly cluster: string;
  readonly phase: PhaseName;
  readonly stopped: Stopped;
}

/** Everything that stands still: what it was, what state that leaves the mesh in, and what to type. */
export function stoppedLines(progress: RotationProgress, now: Date): readonly Line[] {
  const { fleet, mesh, phases, stopped } = progress;
  const reliance = relianceOf(progress);
  const stops = phases.flatMap(({ name, clusters: steps }) =>
    steps.flatMap(({ cluster, stopped: stop }): readonly StoppedCluster[] =>
      stop === undefined ? [] : [{ cluster, phase: name, stopped: stop }],
    ),
  );
  if (stopped === undefined && stops.length === 0) return [];
  const told = stops.length <= mostTold ? stops : firstOfEach(stops);
  const safety = safetyIn(progress, reliance, now.toISOString());
  // First, as a terminal that is too low for all of it shows the beginning.
  return [
    '',
    { head: '', words: safetyWords(safety, reliance, dayAndDistance(now)) },
    ...(stopped === undefined ? [] : block(`${fleet}/${mesh} stopped`, stopped, [], goOn(progress))),
    ...told.flatMap((each) => clusterBlock(each, progress, reliance)),
    ...others(
      stops.filter((each) => !told.includes(each)),
      progress,
    ),
  ];
}

function firstOfEach(stops: readonly StoppedCluster[]): readonly StoppedCluster[] {
  const byCode = Map.groupBy(stops, ({ stopped }) => stopped.code);
  return [...byCode.values()].flatMap((some) => some.slice(0, 1)).slice(0, mostTold);
}

/** A rotation that stopped as a whole and has ended goes on as another one. */
function goOn(progress: RotationProgress): readonly string[] {
  const lines = retryLines(progress);
  return lines.length > 0 ? lines : [nextRotation(progress)];
}

function clusterBlock(
  { cluster, phase, stopped }: StoppedCluster,
  progress: RotationProgress,
  reliance: Reliance,
): readonly Line[] {
  const { footing, code } = stopped;
  const stands = footing && `${cluster} ${footingWords({ footing, code }, progress.kind, reliance)}.`;
  return block(
    `${cluster} stopped in ${phase}`,
    hasEnded(progress) ? { ...stopped, hint: withoutRetry(stopped.hint) } : stopped,
    stands === undefined ? [] : [{ head: '  ', words: stands }],
    retryLines(progress, cluster),
  );
}

/** Nothing goes on in a rotation that has ended, by itself or otherwise: only what else a hint says still holds. */
function withoutRetry(hint: string): string {
  return hint
    .split('; ')
    .filter((clause) => !clause.includes('meshturn rotation retry'))
    .join('; ');
}

function block(
  what: string,
  { message, code, hint }: Stopped,
  stands: readonly Line[],
  then: readonly string[],
): readonly Line[] {
  const [first = '', ...more] = message.split('\n');
  return [
    '',
    { head: `${symbols.stopped} `, words: `${what}: ${first}   [${code}]` },
    ...more.map((line) => ({ head: '  ', words: line })),
    ...stands,
    ...(hint === '' ? [] : [`  hint: ${hint}`]),
    ...then.map((line) => `        then: ${line}`),
  ];
}

/** Those that are not told whole, by what stopped them. */
function others(stops: readonly StoppedCluster[], progress: RotationProgress): readonly Line[] {
  if (stops.length === 0) return [];
  const codes = [...Map.groupBy(stops, ({ stopped }) => stopped.code)];
  const counts = codes.map(([code, { length }]) => `${length} [${code}]`).join(', ');
  return [
    '',
    { head: `${symbols.stopped} `, words: `and ${clusters(stops.length)} more: ${counts}` },
    ...retryLines(progress)
      .slice(-1)
      .map((line) => `        all of them: ${line}`),
  ];
}

import { currentPhase, stopsIn } from '../../rotation/course.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { stateWords } from '../render/progress.ts';

/** Of stops so many are named. */
const mostNamed = 3;

/** What a person decides upon who tells a rotation something: `running in activate, aks-eus-1 [ISTIOD_REGRESSED]`. */
export function standsAt(progress: RotationProgress): string {
  const stops = stopsOf(progress);
  return stops.length === 0 ? whereOf(progress) : `${whereOf(progress)}, ${some(stops)}`;
}

/**
 * What has changed of that, in words; undefined where the rotation only got on within its phase. Another phase, or
 * another stop, may be a reason to decide otherwise, though a rotation that runs is still one that runs.
 */
export function changesSince(before: RotationProgress, now: RotationProgress): string | undefined {
  const [was, is] = [whereOf(before), whereOf(now)];
  const [had, has] = [stopsOf(before), stopsOf(now)];
  const added = has.filter((stop) => !had.includes(stop));
  const gone = had.filter((stop) => !has.includes(stop));
  const changes = [
    ...(before.id === now.id ? [] : [`it was ${before.id}, and is ${now.id}`]),
    ...(was === is ? [] : [`it was ${was}, and is ${is}`]),
    ...(added.length === 0 ? [] : [`stopped since: ${some(added)}`]),
    ...(gone.length === 0 ? [] : [`stopped no more: ${some(gone)}`]),
  ];
  return changes.length === 0 ? undefined : changes.join('; ');
}

/** At a barrier nothing of the phase after it is written yet. */
function whereOf(progress: RotationProgress): string {
  const phase = currentPhase(progress);
  const state = stateWords[progress.state];
  if (phase === undefined) return state;
  return `${state} ${phase.state === 'waiting' ? 'before' : 'in'} ${phase.name}`;
}

function stopsOf(progress: RotationProgress): readonly string[] {
  const { fleet, mesh, stopped } = progress;
  return [
    ...(stopped === undefined ? [] : [`${fleet}/${mesh} [${stopped.code}]`]),
    ...stopsIn(progress).map(({ cluster, stopped: { code } }) => `${cluster} [${code}]`),
  ];
}

function some(stops: readonly string[]): string {
  const more = stops.length - mostNamed;
  return `${stops.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

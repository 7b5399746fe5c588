import type { ClusterStep, PhaseProgress, Stopped } from './progress.ts';
import { waitingStep } from './waiting-step.ts';

/** A phase's progress as it is carried over continue-as-new; names are places in a table. */
export interface CompactPhase extends Omit<PhaseProgress, 'clusters' | 'heard'> {
  readonly order: readonly number[];
  /** Clusters that are done and of which no more is kept: name, done, total. */
  readonly done: readonly (readonly [number, number, number])[];
  /** Clusters that are stopped and of which no more is kept: name, done, total, place in `stops`, milliseconds. */
  readonly stopped: readonly (readonly [number, number, number, number, number])[];
  /** By what and in what clusters were stopped, and what their mesh's safety hangs on, each once. */
  readonly stops: readonly BriefStop[];
  /** Those told whole; what is in none of these lists is waiting. */
  readonly whole: readonly ClusterStep[];
  /** Unit, sequence, versions written. */
  readonly heard: readonly (readonly [number, number, number])[];
}

type BriefStop = Pick<ClusterStep, 'doing' | 'doubts'> & Pick<Stopped, 'code' | 'footing' | 'longestLeaf'>;

/** Up to so many clusters everything is kept. */
export const smallMesh = 50;

/** In a larger mesh so many stopped clusters keep their words: nobody reads more of them at once. */
const toldStops = 10;

export function compactPhase(
  { clusters, heard, ...phase }: PhaseProgress,
  placeOf: (name: string) => number,
): CompactPhase {
  const large = clusters.length > smallMesh;
  const done = large ? clusters.filter(({ state }) => state === 'done') : [];
  const stopped = large ? clusters.filter(isStopped).slice(toldStops) : [];
  const brief = new Set<ClusterStep>([...done, ...stopped]);
  const stops = new Map(stopped.map((step) => [keyOf(step), stopOf(step)]));
  const numbers = new Map([...stops.keys()].map((key, i) => [key, i]));
  return {
    ...phase,
    order: clusters.map(({ cluster }) => placeOf(cluster)),
    done: done.map((step) => [placeOf(step.cluster), step.done, step.total] as const),
    stopped: stopped.map((step) => {
      const number = numbers.get(keyOf(step)) ?? 0;
      return [placeOf(step.cluster), step.done, step.total, number, Date.parse(step.stopped.at)] as const;
    }),
    stops: [...stops.values()],
    whole: clusters.filter(
      (step) => (step.state !== 'waiting' || step.doubts !== undefined) && !brief.has(step),
    ),
    heard: Object.entries(heard ?? {}).map(
      ([unit, { sequence, written }]) => [placeOf(unit), sequence, written] as const,
    ),
  };
}

type StoppedStep = ClusterStep & { readonly stopped: Stopped };

function isStopped(step: ClusterStep): step is StoppedStep {
  return step.state === 'stopped' && step.stopped !== undefined;
}

function stopOf({ doing, doubts, stopped: { code, footing, longestLeaf } }: StoppedStep): BriefStop {
  return {
    ...{ code, doing },
    ...(doubts === undefined ? {} : { doubts }),
    ...(footing === undefined ? {} : { footing }),
    ...(longestLeaf === undefined ? {} : { longestLeaf }),
  };
}

function keyOf(step: StoppedStep): string {
  return JSON.stringify(stopOf(step));
}

export function expandPhase(
  { order, done, stopped, stops, whole, heard, ...phase }: CompactPhase,
  names: readonly string[],
): PhaseProgress {
  const nameOf = (place: number): string => names[place] ?? '';
  const steps = new Map<string, ClusterStep>([
    ...done.map(([place, ready, total]) => {
      const cluster = nameOf(place);
      return [cluster, { ...waitingStep(cluster), state: 'done', done: ready, total }] as const;
    }),
    ...stopped.map(([place, ready, total, number, at]) => {
      const cluster = nameOf(place);
      const brief = stops[number];
      // As one that waits, it would be led on.
      if (brief === undefined) throw new Error(`expected a stop ${number} of ${cluster}`);
      const { doing, doubts, ...stop } = brief;
      const step = { ...waitingStep(cluster), state: 'stopped' as const, doing, done: ready, total };
      const words = { ...step, stopped: { ...stop, ...bareWords(stop.code, at) } };
      return [cluster, doubts === undefined ? words : { ...words, doubts }] as const;
    }),
    ...whole.map((step) => [step.cluster, step] as const),
  ]);
  return {
    ...phase,
    clusters: order.map((place) => steps.get(nameOf(place)) ?? waitingStep(nameOf(place))),
    ...(heard.length === 0
      ? {}
      : {
          heard: Object.fromEntries(
            heard.map(([place, sequence, written]) => [nameOf(place), { sequence, written }]),
          ),
        }),
  };
}

function bareWords(code: string, at: number): Pick<Stopped, 'message' | 'hint' | 'at'> {
  return {
    message: 'the workflow of its unit tells what it found',
    hint: `look ${code} up in docs/problems.md`,
    at: new Date(at).toISOString(),
  };
}

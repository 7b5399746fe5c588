import { stopsIn, type ClusterStop } from './course.ts';
import { doubtsIn, doubtsOf } from './doubts.ts';
import { footingWords } from './footing-words.ts';
import { type KeysLeftWords, keysLeftWords } from './keys-left.ts';
import { namesOf, shortFingerprint } from './names.ts';
import type { RotationProgress, Stopped } from './progress.ts';
import { type Reliance, relianceOf } from './reliance.ts';
import { safetyIn, safetyWords, standingWords } from './safety.ts';
import { type Led, type Step, stepsAfterStop, stepsOn, ways } from './ways-on.ts';
import type { RotationKind } from './wanted.ts';

/** Where one unit was left, in words. */
interface UnitWords {
  readonly unit: string;
  readonly state: string | undefined;
  readonly trusts: string;
  readonly signs: string;
}

/** One stop, in words. */
export interface StopWords {
  /** `aks-eus-1 stopped in activate` */
  readonly what: string;
  readonly code: string;
  readonly message: string;
  /** Empty where all of it was about a rotation that has ended. */
  readonly hint: string;
  /** `aks-eus-1 trusts A B and signs with A.` */
  readonly stands: string | undefined;
  readonly steps: readonly Step[];
}

interface CommandWords {
  readonly mark: 'paused' | 'left';
  /** `prod/payments was told to pause` */
  readonly words: string;
  readonly at: string;
  /** ` (change freeze)`, or nothing. */
  readonly why: string;
}

/** What is told of a rotation that does not go on by itself, in a terminal and in the Temporal UI alike. */
export interface Told {
  /** What a person told it; undefined where nothing is in force. */
  readonly command: CommandWords | undefined;
  /** Whether the mesh may stay as it is, and until when: one sentence. */
  readonly safety: string | undefined;
  readonly steps: readonly Step[];
  /** Where an aborted rotation has left its units, and those of which that is not known. */
  readonly units: readonly UnitWords[];
  readonly unseen: readonly string[];
  readonly stops: readonly StopWords[];
  /** What it has left behind; undefined where nothing. */
  readonly left: KeysLeftWords | undefined;
  /** Stops that are only counted, `5 [KEY_VAULT_FORBIDDEN]`, and how all go on. */
  readonly others: { readonly count: number; readonly codes: string; readonly steps: readonly Step[] };
}

interface Reader {
  /** When it is read, ISO 8601. */
  readonly at: string;
  /** Says an instant as its readers do. */
  readonly when: (instant: string) => string;
  /** Of more stopped clusters than this only the first by each code is told whole. */
  readonly most: number;
}

export function toldOf(progress: RotationProgress, reader: Reader): Told {
  const { fleet, mesh, kind, stopped, standing } = progress;
  const led = ledOf(progress);
  const reliance = relianceOf(progress);
  const stops = stopsIn(progress);
  const whole = stops.length <= reader.most ? stops : firstOfEach(stops).slice(0, reader.most);
  const rest = stops.filter((stop) => !whole.includes(stop));
  return {
    command: commandIn(progress),
    safety: safetySentence(progress, reader),
    steps: stepsOn(led),
    units: standing?.units.map((stand) => unitWords(stand, reliance)) ?? [],
    unseen: standing?.unseen ?? [],
    left: keysLeftWords(progress),
    stops: [
      ...(stopped === undefined ? [] : [stopWords(stopped, { what: `${fleet}/${mesh} stopped`, led })]),
      ...whole.map((stop) => clusterStopWords(stop, { kind, reliance, led })),
    ],
    others: { count: rest.length, codes: countsOf(rest), steps: stepsAfterStop(led) },
  };
}

export function ledOf(progress: RotationProgress): Led {
  return { ...progress, overridden: relianceOf(progress).overridden };
}

function commandIn({ fleet, mesh, state, command, endedAt }: RotationProgress): CommandWords | undefined {
  const { told } = ways[state];
  const at = command?.at ?? endedAt;
  if (at === undefined || told === undefined) return undefined;
  const words = `${fleet}/${mesh} ${told.words}`;
  const why = command?.reason === undefined ? '' : ` (${command.reason})`;
  return { mark: told.mark, words, at, why: `${why}${told.after ?? ''}` };
}

/**
 * The one sentence on whether the mesh may stay as it is, and until when; undefined where nothing stands still, nor is
 * in doubt. What was seen as it was aborted outweighs what its phases have proven, and what is in doubt outweighs a
 * promise.
 */
function safetySentence(progress: RotationProgress, { at, when }: Reader): string | undefined {
  const { state, stopped, standing } = progress;
  const stops = stopsIn(progress).map((stop) => stop.stopped.code);
  const kept = doubtsOf(progress);
  if (!ways[state].stays && stopped === undefined && stops.length + kept.length === 0) return undefined;
  const reliance = relianceOf(progress);
  return standing === undefined
    ? safetyWords(safetyIn(progress, reliance, at), reliance, when)
    : standingWords(standing, reliance, { at, when, doubts: doubtsIn([...stops, ...kept]) });
}

function unitWords(
  { unit, state, trusts, signsWith }: NonNullable<RotationProgress['standing']>['units'][number],
  { from, to }: Reliance,
): UnitWords {
  const names = namesOf([...from, ...to]);
  return {
    ...{ unit, state },
    trusts: `trusts ${trusts.map((root) => names.short(root)).join(' ')}`,
    signs:
      signsWith === undefined
        ? 'its certificate and key do not verify'
        : `signs with ${shortFingerprint(signsWith)}`,
  };
}

export function clusterStopWords(
  { cluster, phase, stopped, doubts = [] }: ClusterStop,
  { kind, reliance, led }: { kind: RotationKind; reliance: Reliance | undefined; led: Led },
): StopWords {
  const { footing, code } = stopped;
  const stands =
    footing &&
    reliance &&
    `${cluster} ${footingWords({ footing, codes: [code, ...doubts] }, { kind, ...reliance, back: led.rollsBack !== undefined })}.`;
  return { ...stopWords(stopped, { what: `${cluster} stopped in ${phase}`, led, cluster }), stands };
}

function stopWords(
  { code, message, hint, overridable = [] }: Stopped,
  { what, led, cluster }: { readonly what: string; readonly led: Led; readonly cluster?: string },
): StopWords {
  const steps = stepsAfterStop(led, { ...(cluster === undefined ? {} : { cluster }), overridable });
  const takesRetry = steps.some(({ update }) => update?.name === 'retry');
  return { what, code, message, hint: takesRetry ? hint : withoutRetry(hint), stands: undefined, steps };
}

/** Nothing goes on in a rotation that has ended, by itself or otherwise: only what else a hint says still holds. */
function withoutRetry(hint: string): string {
  return hint
    .split('; ')
    .filter((clause) => !clause.includes('meshturn rotation retry'))
    .join('; ');
}

function firstOfEach(stops: readonly ClusterStop[]): readonly ClusterStop[] {
  const byCode = Map.groupBy(stops, ({ stopped }) => stopped.code);
  return [...byCode.values()].flatMap((some) => some.slice(0, 1));
}

function countsOf(stops: readonly ClusterStop[]): string {
  const codes = [...Map.groupBy(stops, ({ stopped }) => stopped.code)];
  return codes.map(([code, { length }]) => `${length} [${code}]`).join(', ');
}

import { standsAfter } from '../problems/registry.ts';
import { stopsIn } from './course.ts';
import { doubtsIn, doubtsOf } from './doubts.ts';
import type { Footing } from './footing.ts';
import { namesOf } from './names.ts';
import type { RotationProgress, Stopped } from './progress.ts';
import type { Reliance } from './reliance.ts';
import type { Standing } from './standing.ts';
import { isSound } from './set-state.ts';
import type { CertFacts } from './trust.ts';

/** Whether a mesh may stay as it is while its rotation stands still. */
export type Safety =
  | { readonly verdict: 'untouched' | 'notTurned' }
  | { readonly verdict: 'overridden' | 'doubted'; readonly codes: readonly string[] }
  | { readonly verdict: 'expired'; readonly first: CertFacts }
  | {
      readonly verdict: 'safe';
      readonly until: CertFacts | undefined;
      /** Clusters of which it is not known in which of two states they are. */
      readonly either?: readonly string[];
      /** Clusters whose leaves may not be renewed; none where it is not known of which that is so. */
      readonly unrenewed?: readonly string[];
      /** Seconds; so long those leaves live at most. Undefined where that is not known of all. */
      readonly longestLeaf?: number | undefined;
    };

/** What says by its code whether something proven still holds, and by its footing what may hold beside it. */
interface Sign {
  readonly code: string;
  readonly footing?: Footing | undefined;
  /** Seconds; the longest life of a leaf there. */
  readonly longestLeaf?: number | undefined;
  /** Left out of what is about the rotation as a whole. */
  readonly cluster?: string;
}

/** So many clusters are named in a sentence. */
const mostNamed = 3;

/**
 * No unit begins a phase before all have ended the one before: wherever units of one phase stand, everybody trusts
 * what anybody signs with, and so in the state that a write would lead to as in the one before it. That holds for as
 * long as nothing was overridden, taken back or has expired; and while a set may be torn, for as long as leaves live:
 * an istiod that starts on it does not sign.
 * @param at ISO 8601
 */
export function safetyOf({ until, overridden }: Reliance, signs: readonly Sign[], at: string): Safety {
  if (overridden.length > 0) return { verdict: 'overridden', codes: overridden };
  const codes = doubtsIn(signs.map(({ code }) => code));
  if (codes.length > 0) return { verdict: 'doubted', codes };
  if (until !== undefined && Date.parse(until.notAfter) <= Date.parse(at)) {
    return { verdict: 'expired', first: until };
  }
  const either = signs.filter(({ footing }) => footing?.set !== undefined && footing.underWay !== undefined);
  const still = signs.filter(
    ({ code, footing }) =>
      standsAfter(code) === 'noRenewal' || (footing?.set !== undefined && !isSound(footing.set)),
  );
  return {
    ...{ verdict: 'safe', until },
    ...(either.length === 0 ? {} : { either: clustersOf(either) }),
    ...(still.length === 0 ? {} : { unrenewed: clustersOf(still), longestLeaf: longestOf(still) }),
  };
}

function longestOf(signs: readonly Sign[]): number | undefined {
  const lives = signs.flatMap(({ longestLeaf }) => longestLeaf ?? []);
  return lives.length < signs.length ? undefined : Math.max(...lives);
}

function clustersOf(signs: readonly Sign[]): readonly string[] {
  return [...new Set(signs.flatMap(({ cluster }) => cluster ?? []))];
}

/** What a stop says of that. */
export function signOf({ code, footing, longestLeaf }: Stopped): Omit<Sign, 'cluster'> {
  return { code, footing, longestLeaf };
}

/**
 * Whether the mesh of a rotation that stands still is safe. Before a way back has begun a phase nothing of its own is
 * proven: that the mesh is safe is for the rotation to say that it leads back.
 */
export function safetyIn(progress: RotationProgress, reliance: Reliance, at: string): Safety {
  const { phases, rollsBack, stopped } = progress;
  const begun = phases.some(({ startedAt }) => startedAt !== undefined);
  if (!begun && rollsBack === undefined) return { verdict: 'untouched' };
  const stops = stopsIn(progress).map(({ cluster, stopped: why }) => ({ ...signOf(why), cluster }));
  const kept = doubtsOf(progress).map((code) => ({ code }));
  const safety = safetyOf(reliance, [...(stopped === undefined ? [] : [stopped]), ...stops, ...kept], at);
  return begun || safety.verdict !== 'safe' ? safety : { verdict: 'notTurned' };
}

/** The mesh of a way back that has not begun its first phase: what it leads back had written. */
const notTurned =
  'Nothing was written on the way back yet: the mesh stands where the rotation that it leads back was brought to rest.';

/** One sentence; `when` says an instant as its readers do. */
export function safetyWords(
  safety: Safety,
  { from, to }: Reliance,
  when: (notAfter: string) => string,
): string {
  const nameOf = (cert: CertFacts): string => namesOf([...from, ...to], [cert]).full(cert.fingerprint);
  switch (safety.verdict) {
    case 'untouched':
      return 'Nothing was written: the mesh is as it was.';
    case 'notTurned':
      return notTurned;
    case 'overridden':
      return `${safety.codes.join(', ')} was overridden: nothing vouches for the mesh.`;
    case 'doubted':
      return doubtWords(safety.codes);
    case 'expired':
      return `The mesh is NOT safe: ${nameOf(safety.first)} expired on ${when(safety.first.notAfter)}.`;
    case 'safe': {
      const { until, either, unrenewed, longestLeaf } = safety;
      const states = either === undefined ? '' : `, whichever of ${statesOf(either)} in`;
      const bound = until && `, until ${nameOf(until)} expires on ${when(until.notAfter)}`;
      const trusts = `every cluster trusts what every other signs with${bound ?? ''}`;
      if (unrenewed === undefined) return `The mesh is safe${states}: ${trusts}.`;
      const leaves = unrenewed.length === 0 ? 'leaves' : `leaves of ${someOf(unrenewed)}`;
      return `The mesh is safe as long as its leaves live${states}: ${trusts}; but ${leaves} may not be renewed meanwhile, and ${expiryOf(longestLeaf)}.`;
    }
  }
}

function statesOf(clusters: readonly string[]): string {
  return clusters.length === 1
    ? `its two states ${clusters[0]} is`
    : `their two states ${clusters.length} clusters are`;
}

function expiryOf(longestLeaf: number | undefined): string {
  if (longestLeaf === undefined) return 'live until they expire';
  const life = longestLeaf % 3600 === 0 ? `${longestLeaf / 3600}h` : `${Math.ceil(longestLeaf / 60)}m`;
  return `live for ${life} at most`;
}

function someOf(clusters: readonly string[]): string {
  const more = clusters.length - mostNamed;
  return `${clusters.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more clusters` : ''}`;
}

function doubtWords(codes: readonly string[]): string {
  return `${codes.join(', ')}: what was proven may not hold everywhere, so nothing vouches for the mesh until that is mended.`;
}

interface Read {
  /** When it is read, ISO 8601. */
  readonly at: string;
  readonly when: (notAfter: string) => string;
  /** Codes of stops that it ended with. */
  readonly doubts: readonly string[];
}

/** The same of a rotation that was ended before its goal, by what was seen then. */
export function standingWords(
  { unsafe, until, unseen, unread = [] }: Standing,
  { from, to }: Pick<Reliance, 'from' | 'to'>,
  { at, when, doubts }: Read,
): string {
  const first = until && namesOf([...from, ...to], [until]).full(until.fingerprint);
  const expired = until !== undefined && Date.parse(until.notAfter) <= Date.parse(at);
  const wrong = [...unsafe, ...(expired ? [`${first} expired on ${when(until.notAfter)}`] : [])];
  if (wrong.length > 0) return `The mesh is NOT safe: ${wrong.join('; ')}.`;
  if (doubts.length > 0) return doubtWords(doubts);
  const bound = until && `, until ${first} expires on ${when(until.notAfter)}`;
  if (unread.length > 0) {
    return `Whether the mesh may stay like this is not known: ${unread.join('; ')}. All that could be read trusts what is seen to sign${bound ?? ''}.`;
  }
  const seen = unseen.length === 0 ? 'every cluster' : 'every cluster that could be looked at';
  return `The mesh may stay like this: ${seen} trusts what every other signs with${bound ?? ''}.`;
}

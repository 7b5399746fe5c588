import { stopsIn } from './course.ts';
import type { Footing } from './footing.ts';
import { namesOf } from './names.ts';
import type { RotationProgress } from './progress.ts';
import type { Reliance } from './reliance.ts';
import type { Standing } from './standing.ts';
import { sameList, type CertFacts } from './trust.ts';
import type { RotationKind } from './wanted.ts';

/** Whether a mesh may stay as it is while its rotation stands still. */
export type Safety =
  | { readonly verdict: 'untouched' | 'notTurned' }
  | { readonly verdict: 'overridden' | 'doubted'; readonly codes: readonly string[] }
  | { readonly verdict: 'expired'; readonly first: CertFacts }
  | { readonly verdict: 'safe'; readonly until: CertFacts | undefined };

/** Stops that say that something proven does not hold: by what was proven the mesh cannot be called safe. */
export const doubting: readonly string[] = [
  'ISTIOD_REGRESSED',
  'ISTIOD_TORN_CHAIN',
  'HANDSHAKE_REFUSED',
  'SOURCE_CHANGED_BY_OTHER',
  'FOREIGN_ROOT_IN_USE',
  'HELD_BY_OTHER_ROTATION',
  'SIGNER_NOT_TRUSTED',
  'ROOT_IN_USE',
  'TORN_CHAIN',
  'INVARIANT_VIOLATED',
  'PHASE_UNDONE',
];

/**
 * No unit begins a phase before all have ended the one before: wherever units of one phase stand, everybody trusts
 * what anybody signs with. That holds for as long as nothing was overridden, taken back or has expired.
 * @param at ISO 8601
 */
export function safetyOf({ until, overridden }: Reliance, stops: readonly string[], at: string): Safety {
  if (overridden.length > 0) return { verdict: 'overridden', codes: overridden };
  const codes = doubtsIn(stops);
  if (codes.length > 0) return { verdict: 'doubted', codes };
  if (until !== undefined && Date.parse(until.notAfter) <= Date.parse(at)) {
    return { verdict: 'expired', first: until };
  }
  return { verdict: 'safe', until };
}

/** Of the codes of stops, those that put in doubt what was proven. */
export function doubtsIn(stops: readonly string[]): readonly string[] {
  return [...new Set(stops.filter((code) => doubting.includes(code)))];
}

/**
 * Whether the mesh of a rotation that stands still is safe. Before a way back has begun a phase nothing of its own is
 * proven: that the mesh is safe is for the rotation to say that it leads back.
 */
export function safetyIn(progress: RotationProgress, reliance: Reliance, at: string): Safety {
  const { phases, rollsBack, stopped } = progress;
  const begun = phases.some(({ startedAt }) => startedAt !== undefined);
  if (!begun && rollsBack === undefined) return { verdict: 'untouched' };
  const stops = stopsIn(progress).map((stop) => stop.stopped.code);
  const safety = safetyOf(reliance, [...(stopped === undefined ? [] : [stopped.code]), ...stops], at);
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
      const { until } = safety;
      const bound = until && `, until ${nameOf(until)} expires on ${when(until.notAfter)}`;
      return `The mesh is safe: every cluster trusts what every other signs with${bound ?? ''}.`;
    }
  }
}

function doubtWords(codes: readonly string[]): string {
  return `${codes.join(', ')}: what was proven does not hold everywhere, so nothing vouches for the mesh until that is mended.`;
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

/**
 * After the name of a cluster: `trusts A B and signs with A`, `trusts A and signs with A; under way: trusts A B`. Where its stop doubts that, only what it was.
 */
export function footingWords(
  { footing: { underWay, ...proven }, code }: { readonly footing: Footing; readonly code: string },
  kind: RotationKind,
  { from, to }: Reliance,
): string {
  const names = namesOf([...from, ...to]);
  const short = (roots: readonly string[]): string => roots.map(names.short).join(' ');
  const without = (some: readonly CertFacts[], others: readonly CertFacts[]): readonly string[] =>
    some
      .map(({ fingerprint }) => fingerprint)
      .filter((each) => !others.some(({ fingerprint }) => fingerprint === each));
  const roots = { old: short(without(from, to)), new: short(without(to, from)) };
  const signer = (signs: 'old' | 'new'): string => {
    const which = signs === 'old' ? 'that is being replaced' : 'that replaces it';
    if (kind === 'intermediate') return `the intermediate ${which}`;
    return roots[signs] === '' ? `the CA ${which}` : roots[signs];
  };
  const trusting = (roots: readonly string[]): string => `trusts ${short(roots)}`;
  const signing = (signs: 'old' | 'new'): string => `signs with ${signer(signs)}`;
  const last = doubting.includes(code) ? 'as proven last: ' : '';
  const other = underWay && [
    ...(sameList(underWay.trusts, proven.trusts) ? [] : [trusting(underWay.trusts)]),
    ...(underWay.signs === proven.signs ? [] : [signing(underWay.signs)]),
  ];
  const words = `${last}${trusting(proven.trusts)} and ${signing(proven.signs)}`;
  return other === undefined ? words : `${words}; under way: ${other.join(' and ')}`;
}

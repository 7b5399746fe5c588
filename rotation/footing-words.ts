import { doubtsIn } from './doubts.ts';
import type { Footing } from './footing.ts';
import { namesOf } from './names.ts';
import type { Reliance } from './reliance.ts';
import { openWords } from './set-state.ts';
import { sameList, type CertFacts } from './trust.ts';
import { trustStateOf } from './trust-state.ts';
import type { RotationKind } from './wanted.ts';

interface Cluster {
  readonly footing: Footing;
  /** Codes of what stopped it. */
  readonly codes: readonly string[];
}

/** Which way a rotation goes, and between which roots. */
interface Way extends Pick<Reliance, 'from' | 'to'> {
  readonly kind: RotationKind;
  /** True on the way back: it ends in the state that all else begins with. */
  readonly back: boolean;
}

type Stand = Pick<Footing, 'trusts' | 'signs'>;

/**
 * After the name of a cluster: `trusts A B and signs with A`, `trusts A and signs with A; under way: trusts A B`, and
 * where nobody knows whether that was written `trusts A and signs with A (S0), or trusts A B already (S1): …`. Where
 * its stop doubts that, only what it was.
 */
export function footingWords({ footing, codes }: Cluster, way: Way): string {
  const { underWay, set, ...proven } = footing;
  const { trusting, signing } = verbs(way);
  const last = doubtsIn(codes).length > 0 ? 'as proven last: ' : '';
  const words = `${last}${trusting(proven)} and ${signing(proven)}`;
  const other = underWay && [
    ...(sameList(underWay.trusts, proven.trusts) ? [] : [trusting(underWay)]),
    ...(underWay.signs === proven.signs ? [] : [signing(underWay)]),
  ];
  if (set === undefined) return other === undefined ? words : `${words}; under way: ${other.join(' and ')}`;
  const names = [proven, ...(underWay === undefined ? [] : [underWay])].map((stand) => stateOf(stand, way));
  // Where some units were found half-way, two states may have one name: that tells nothing then.
  const [first, second] = new Set(names).size < names.length ? [] : names.map((name) => ` (${name})`);
  const also = other === undefined ? '' : `, or ${other.join(' and ')} already${second ?? ''}`;
  return `${words}${first ?? ''}${also}: ${openWords(set)}`;
}

function verbs({ kind, from, to }: Way): Readonly<Record<'trusting' | 'signing', (stand: Stand) => string>> {
  const names = namesOf([...from, ...to]);
  const short = (roots: readonly string[]): string => roots.map(names.short).join(' ');
  const roots = { old: short(without(from, to)), new: short(without(to, from)) };
  const signer = (signs: 'old' | 'new'): string => {
    const which = signs === 'old' ? 'that is being replaced' : 'that replaces it';
    if (kind === 'intermediate') return `the intermediate ${which}`;
    return roots[signs] === '' ? `the CA ${which}` : roots[signs];
  };
  return {
    trusting: ({ trusts }) => `trusts ${short(trusts)}`,
    signing: ({ signs }) => `signs with ${signer(signs)}`,
  };
}

function stateOf({ trusts, signs }: Stand, { kind, back, from, to }: Way): string {
  const before = (back ? to : from).map(({ fingerprint }) => fingerprint);
  const stays = back ? without(from, to) : to.map(({ fingerprint }) => fingerprint);
  return trustStateOf(
    { roots: trusts, signsOld: signs === (back ? 'new' : 'old') },
    { kind, before, stays: new Set(stays) },
  );
}

function without(some: readonly CertFacts[], others: readonly CertFacts[]): readonly string[] {
  return some
    .map(({ fingerprint }) => fingerprint)
    .filter((each) => !others.some(({ fingerprint }) => fingerprint === each));
}

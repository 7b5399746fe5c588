import { createHash } from 'node:crypto';
import type { CertFacts, Signer } from '../../rotation/trust.ts';
import type { CaRef, ReadCa, Wanted } from '../../rotation/wanted.ts';

export function fingerprint(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

function facts(name: string, issuer: string): CertFacts {
  const [notBefore, notAfter] = ['2020-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z'];
  const serial = fingerprint(`serial of ${name}`).slice(0, 16);
  return {
    fingerprint: fingerprint(name),
    subject: `CN=${name}`,
    issuer: `CN=${issuer}`,
    serial,
    notBefore,
    notAfter,
  };
}

export const newCa: CaRef = { kind: 'root', directory: '/ca' };
/** New intermediates below root A. */
export const renewedCa: CaRef = { kind: 'intermediate', directory: '/ca' };
export const rootA = fingerprint('A');
export const rootB = fingerprint('B');

/** Generations of intermediates by the name that fingerprints are made of, and the root that each is below. */
const rootOf = { A: 'A', B: 'B', renewed: 'A' } as const;
type Generation = keyof typeof rootOf;

export function signer(generation: Generation, unit: string): Signer {
  const own = fingerprint(`${generation} ${unit}`);
  return { fingerprint: own, root: fingerprint(rootOf[generation]), chain: [own] };
}

/** Every intermediate that a unit may come to sign with. */
export function signersOf(unit: string): readonly Signer[] {
  return [signer('A', unit), signer('B', unit), signer('renewed', unit)];
}

/** The facts on them, and on the roots. */
export function factsOf(unit: string): readonly CertFacts[] {
  const own = (['A', 'B', 'renewed'] as const).map((each) => facts(`${each} ${unit}`, rootOf[each]));
  return [facts('A', 'A'), facts('B', 'B'), ...own];
}

/** What the CA sources of some units are to hold, or held before anything was written. */
export function caOf(ca: CaRef, names: readonly string[]): ReadCa {
  const had = names.map((name) => [name, signersOf(name).map((each) => each.fingerprint)] as const);
  if ('before' in ca) return { ...wantedOf('A', ca.kind, names), exact: true, had: Object.fromEntries(had) };
  return wantedOf(ca.kind === 'root' ? 'B' : 'renewed', ca.kind, names);
}

function wantedOf(generation: Generation, kind: CaRef['kind'], names: readonly string[]): Wanted {
  const root = rootOf[generation];
  return {
    kind,
    roots: kind === 'root' || generation === 'A' ? [fingerprint(root)] : [],
    signers: Object.fromEntries(names.map((name) => [name, signer(generation, name)])),
    certificates: [facts(root, root), ...names.map((name) => facts(`${generation} ${name}`, root))],
  };
}

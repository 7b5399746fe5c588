import { foreignSigner } from './foreign-signer.ts';
import { rootUses } from './in-use.ts';
import { isBanned, knownOf, type Known } from './known.ts';
import { labelOf } from './names.ts';
import type { ObservedMesh } from './observed.ts';
import type { Phase, UnitStep } from './plan.ts';
import { putBack, sourceDifferences } from './source-differences.ts';
import type { CertFacts, Fingerprint } from './trust.ts';
import type { PlanPolicy, ReadCa, Wanted } from './wanted.ts';

/** What somebody else did since a phase was proven, for a person to judge: a plan must not make it its own. */
export interface ForeignAct {
  readonly code: 'SOURCE_CHANGED_BY_OTHER' | 'FOREIGN_ROOT_IN_USE';
  readonly object: string;
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
  /** Codes by which a way back that is started anew may replace it. */
  readonly overridable?: readonly string[];
}

/** What is looked at when a phase has ended. */
export interface AtBarrier {
  readonly mesh: ObservedMesh;
  /** The phase that has just ended. */
  readonly ended: Phase;
  /** What the mesh signed with before the rotation, which nothing in it may tell any more. */
  readonly former: readonly CertFacts[];
  readonly wanted: Wanted;
  readonly policy: PlanPolicy;
}

/**
 * What in a mesh that is to be planned afresh is neither what the phase before has proven nor of the rotation at all:
 * a CA source that holds something else, and a root in use that no unit had or is to get. The first that is found.
 */
export function foreignAct(o: AtBarrier): ForeignAct | undefined {
  const known = knownOf(o.mesh, o.wanted);
  const facts = new Map([...o.former.map((fact) => [fact.fingerprint, fact] as const), ...known.facts]);
  return changedSource(o, { facts }) ?? foreignRoot(o, known);
}

/**
 * The same where a rotation that has turned back is to be planned: a CA source with a root or an intermediate that it
 * neither found nor was to bring, which the way back would replace without a word. Of one that turned before its first
 * plan nothing is known as its own.
 */
export function foreignToTurned(
  mesh: ObservedMesh,
  wanted: ReadCa,
  own: readonly Fingerprint[],
): ForeignAct | undefined {
  if (own.length === 0) return undefined;
  const known = knownOf(mesh, wanted);
  return rootBeforeTurn(mesh, known, own) ?? signerBeforeTurn(mesh, wanted, known);
}

function rootBeforeTurn(
  mesh: ObservedMesh,
  known: Known,
  own: readonly Fingerprint[],
): ForeignAct | undefined {
  const listed = (roots: readonly Fingerprint[]): string =>
    roots.map((root) => labelOf(known, root)).join(', ');
  const found = mesh.units.find(({ source }) => source.roots.some((root) => !own.includes(root)));
  return (
    found && {
      code: 'SOURCE_CHANGED_BY_OTHER',
      object: `the CA source of ${found.unit}, on the way back`,
      expected: `no root but ${listed(own)}`,
      found: `roots ${listed(found.source.roots)}`,
      hint: putBack(found.source.place, ['root'], goesOn),
    }
  );
}

function signerBeforeTurn({ units }: ObservedMesh, wanted: ReadCa, known: Known): ForeignAct | undefined {
  const [first, ...others] = units.flatMap(({ unit, source }) => {
    const signer = foreignSigner({ unit, source }, wanted);
    return signer === undefined ? [] : [{ unit, source, signer }];
  });
  if (first === undefined) return undefined;
  const expected = wanted.had?.[first.unit]?.map((signer) => labelOf(known, signer)).join(' or ');
  return {
    code: 'SOURCE_CHANGED_BY_OTHER',
    object: `the CA source of ${first.unit}, on the way back`,
    expected: `signer ${expected ?? ''}`,
    found: `signer ${labelOf(known, first.signer)}${likewise(others.map(({ unit }) => unit))}`,
    hint: putBack(first.source.place, ['cert', 'key', 'chain'], goesOn),
    overridable: ['SOURCE_CHANGED_BY_OTHER'],
  };
}

function likewise(units: readonly string[]): string {
  return units.length === 0 ? '' : `; likewise that of ${units.slice(0, namedUnits).join(', ')}`;
}

function changedSource({ mesh, ended }: AtBarrier, known: Pick<Known, 'facts'>): ForeignAct | undefined {
  const observed = new Map(mesh.units.map((unit) => [unit.unit, unit.source]));
  const label = (fingerprint: string): string => labelOf(known, fingerprint);
  const changed = ended.units.flatMap((step) => {
    const source = observed.get(step.unit);
    const last = step.stages.at(-1);
    const differences = source && last ? sourceDifferences(source, last, { label }) : [];
    return differences.length === 0 ? [] : [{ unit: step.unit, source, differences }];
  });
  const [first] = changed;
  if (first === undefined) return undefined;
  const more = likewise(changed.slice(1).map(({ unit }) => unit));
  const parts = first.differences.flatMap((difference) => difference.parts);
  return {
    code: 'SOURCE_CHANGED_BY_OTHER',
    object: `the CA source of ${first.unit}, after ${ended.name}`,
    expected: first.differences.map(({ expected }) => expected).join('; '),
    found: first.differences.map(({ found }) => found).join('; ') + more,
    hint: putBack(first.source?.place, parts, goesOn),
  };
}

function foreignRoot({ mesh, ended, wanted, policy }: AtBarrier, known: Known): ForeignAct | undefined {
  const own = new Set([...ended.units.flatMap(rootsOf), ...wanted.roots]);
  const uses = mesh.units
    .flatMap((unit) => rootUses(unit, known, mesh.at))
    .filter(({ root }) => !own.has(root) && !isBanned(known, policy, root, mesh.at));
  if (uses.length === 0) return undefined;
  const named = [...new Set(uses.map(({ root, by }) => `${by} below ${labelOf(known, root)}`))];
  return {
    code: 'FOREIGN_ROOT_IN_USE',
    object: `mesh ${mesh.mesh}, after ${ended.name}`,
    expected: `roots ${[...own].map((root) => labelOf(known, root)).join(', ')}`,
    found: named.slice(0, namedUses).join('; '),
    hint: `see that no CA source holds it any more, and let what holds such leaves renew: kubectl rollout restart; ${goesOn}`,
  };
}

function rootsOf({ from, to }: UnitStep): readonly string[] {
  return [...from.roots, ...to.roots];
}

const namedUnits = 5;
const namedUses = 3;

/** A plan that was made from what is there now asks a person whether that is right. */
const goesOn =
  'then: meshturn rotation retry …; or keep what is there: meshturn rotation abort …, and start a rotation that is planned from it';

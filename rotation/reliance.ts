import type { Known } from './known.ts';
import type { Phase, Plan, Stage } from './plan.ts';
import type { RotationProgress } from './progress.ts';
import { currentPhase, type Untils } from './course.ts';
import type { CertFacts, Fingerprint } from './trust.ts';

/** What it hangs on whether a mesh that stands still is safe, and for how long. */
export interface Reliance {
  readonly from: readonly CertFacts[];
  readonly to: readonly CertFacts[];
  /** The first certificate to expire of those that the mesh relies on; undefined where none is known. */
  readonly until: CertFacts | undefined;
  /** Codes of invariants that a person chose to break. */
  readonly overridden: readonly string[];
}

export function relianceOf(progress: RotationProgress): Reliance {
  const { from, to, phases, violations } = progress;
  const phase = currentPhase(progress) ?? phases.at(-1);
  const overridden = violations.filter((violation) => violation.overridden !== undefined);
  return {
    from,
    to,
    until: phase?.until ?? firstToExpire([...from, ...to]),
    overridden: [...new Set(overridden.map(({ code }) => code))],
  };
}

export function untilsOf({ phases }: Pick<Plan, 'phases'>, known: Known): Untils {
  return Object.fromEntries(
    phases.flatMap((phase) => {
      const until = untilIn(phase, known);
      return until === undefined ? [] : [[phase.name, until]];
    }),
  );
}

/** Of what signs in the phase, before it and after it, with all that stands above. Leaves renew by themselves. */
function untilIn({ units }: Phase, known: Known): CertFacts | undefined {
  const signers = new Set(units.flatMap(({ from, stages }) => [from.signer, ...stages.map(signerOf)]));
  const relied = [...signers].flatMap((signer) => {
    const { root, chain } = known.signers.get(signer) ?? { root: signer, chain: [] };
    return [signer, ...chain, root];
  });
  return firstToExpire([...new Set(relied)].flatMap((each) => known.facts.get(each) ?? []));
}

function signerOf({ expect }: Stage): Fingerprint {
  return expect.signer;
}

function firstToExpire(certificates: readonly CertFacts[]): CertFacts | undefined {
  return certificates.toSorted((a, b) => Date.parse(a.notAfter) - Date.parse(b.notAfter))[0];
}

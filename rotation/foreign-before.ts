import { labelOf } from './names.ts';
import type { ObservedUnit } from './observed.ts';
import type { UnitStep } from './plan.ts';
import { isBeginningOf, type SourceDifference } from './source-differences.ts';
import { sameList, type CertFacts, type Fingerprint } from './trust.ts';

/**
 * What the CA source of a unit holds right before a write of its step that the step neither begins with nor leads to
 * in any stage: somebody else wrote it. A first stage that makes the chain longer leaves what was there at its
 * beginning.
 */
export function foreignBefore(
  { source, certificates }: Pick<ObservedUnit, 'source' | 'certificates'>,
  { from, stages }: Pick<UnitStep, 'from' | 'stages'>,
  wanted: readonly CertFacts[],
): readonly SourceDifference[] {
  const facts = new Map([...wanted, ...certificates].map((fact) => [fact.fingerprint, fact]));
  const label = (fingerprint: Fingerprint): string => labelOf({ facts }, fingerprint);
  const listed = (all: readonly Fingerprint[]): string => all.map(label).join(', ');
  const states = [from, ...stages.map(({ expect }) => expect)];
  const { roots, chain } = source;
  const signer = source.certificate ?? source.signer?.fingerprint;
  const longer = stages[0]?.write.chain ?? [];
  const chains = stages.map((stage) => stage.chain);
  const differences: SourceDifference[] = [];
  if (!states.some((state) => sameList(state.roots, roots))) {
    const words = { expected: `roots ${listed(from.roots)}`, found: `roots ${listed(roots)}` };
    differences.push({ parts: ['root'], ...words });
  }
  if (signer !== undefined && !states.some((state) => state.signer === signer)) {
    const words = { expected: `signer ${label(from.signer)}`, found: `signer ${label(signer)}` };
    differences.push({ parts: ['cert', 'key'], ...words });
  }
  if (!chains.some((each) => sameList(each, chain)) && !isBeginningOf(chain, longer)) {
    const words = { expected: `chain ${listed(chains[0] ?? [])}`, found: `chain ${listed(chain)}` };
    differences.push({ parts: ['chain'], ...words });
  }
  return differences;
}

import { Problem } from '../../problems/problem.ts';
import { sameList, type Fingerprint, type TrustState } from '../../rotation/trust.ts';
import type { SourceReading } from '../ca-source.ts';

/**
 * Demands that a CA source holds what was proven, whoever wrote it: a version of the same contents does no harm.
 * @throws Problem SOURCE_CHANGED_BY_OTHER, HELD_BY_OTHER_ROTATION
 */
export function demandSourceAsProven(
  { observed, versions }: SourceReading,
  { expect, chain }: { readonly expect: TrustState; readonly chain: readonly Fingerprint[] },
  { rotationId, object }: { readonly rotationId: string; readonly object: string },
): void {
  if (observed.heldBy !== undefined && observed.heldBy !== rotationId) {
    throw new Problem('HELD_BY_OTHER_ROTATION', { object, found: `a lease of rotation ${observed.heldBy}` });
  }
  const signer = observed.signer?.fingerprint;
  const differences = [
    ...(sameList(observed.roots, expect.roots)
      ? []
      : [
          [
            `roots ${listed(expect.roots)}`,
            `roots ${listed(observed.roots)} in version ${versions.root}`,
          ] as const,
        ]),
    ...(signer === expect.signer
      ? []
      : [
          [
            `signer ${short(expect.signer)}`,
            observed.signer === undefined
              ? `certificate ${short(observed.certificate ?? '')} in version ${versions.cert}, which does not verify with its key and chain`
              : `signer ${short(observed.signer.fingerprint)} in version ${versions.cert}`,
          ] as const,
        ]),
    ...(sameList(observed.chain, chain)
      ? []
      : [
          [`chain ${listed(chain)}`, `chain ${listed(observed.chain)} in version ${versions.chain}`] as const,
        ]),
  ];
  if (differences.length === 0) return;
  throw new Problem('SOURCE_CHANGED_BY_OTHER', {
    object,
    expected: differences.map(([expected]) => expected).join(', '),
    found: differences.map(([, found]) => found).join(', '),
    hint: putBack,
  });
}

/** What was proven is still there as a past version: the way back changes nothing for the mesh. */
const putBack =
  'see who wrote it: az keyvault secret list-versions --vault-name … --name …; put the contents of the version before it back: az keyvault secret set --vault-name … --name … --file …; the rotation goes on by itself then, or at once: meshturn rotation retry …';

function listed(fingerprints: readonly Fingerprint[]): string {
  return fingerprints.map(short).join(' ');
}

function short(fingerprint: Fingerprint): string {
  return fingerprint === '' ? 'none' : `${fingerprint.slice(0, 4)}…${fingerprint.slice(-4)}`;
}

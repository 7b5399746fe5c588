import type { VerifiedSet } from '../../activities/new-ca/verify-folder.ts';
import { certFacts } from '../../pki/certificate.ts';
import { anchor } from '../../problems/registry.ts';
import type { IssuedFacts } from '../../rotation/trust.ts';

/** What `ca verify -o json` prints. Additive changes only. */
export interface CaCheckDocument {
  readonly schema: 'meshturn.ca-check/v1';
  readonly at: string;
  /** True where one of the sets is refused. */
  readonly refused: boolean;
  readonly sets: readonly CheckedSet[];
}

/** One set of four files. */
export interface CheckedSet {
  readonly object: string;
  readonly refused: boolean;
  /** From the certificate that signs to its root, as far as there is such a path. */
  readonly path: readonly IssuedFacts[];
  readonly findings: readonly CheckFinding[];
}

interface CheckFinding {
  readonly code: string;
  readonly severity: 'fatal' | 'warning';
  readonly object: string;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly message: string;
  readonly hint: string;
  readonly docs: string;
}

export function caCheckDocument(verified: readonly VerifiedSet[], at: Date): CaCheckDocument {
  const sets = verified.map(checkedSet);
  return {
    schema: 'meshturn.ca-check/v1',
    at: at.toISOString(),
    refused: sets.some(({ refused }) => refused),
    sets,
  };
}

function checkedSet({ object, findings, path }: VerifiedSet): CheckedSet {
  return {
    object,
    refused: findings.some(({ severity }) => severity === 'fatal'),
    path: path.map(certFacts),
    findings: findings.map(({ problem: { code, details, message, hint }, severity }) => ({
      ...{ code, severity, object: details.object, expected: details.expected, found: details.found },
      ...{ message, hint, docs: anchor(code) },
    })),
  };
}

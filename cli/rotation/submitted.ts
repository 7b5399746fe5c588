import type { Problem } from '../../problems/problem.ts';
import type { MeshName, RequestsFound } from '../rotations.ts';
import type { Outcome } from './bring.ts';
import type { Matched } from './match-signed.ts';
import { isUnanswered } from './unanswered.ts';

/** What `rotation submit -o json` prints. Additive changes only. */
export interface SubmittedDocument extends MeshName {
  readonly schema: 'meshturn.submitted/v1';
  readonly taken: readonly BroughtCert[];
  /** What was taken before. */
  readonly already: readonly BroughtCert[];
  readonly refused: readonly RefusedCert[];
  /** What the rotation goes on with, and has not answered in time. */
  readonly unanswered: readonly RefusedCert[];
  /** Units that still wait. */
  readonly waiting: readonly string[];
  /** True where more units will wait: their keys are still being made. */
  readonly staging: boolean;
}

interface BroughtCert {
  readonly unit: string;
  readonly fingerprint: string;
  readonly files: readonly string[];
}

interface RefusedCert {
  /** Undefined where it is for none. */
  readonly unit: string | undefined;
  readonly files: readonly string[];
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export function submittedDocument(
  { fleet, mesh }: MeshName,
  { requests, staging }: RequestsFound,
  { already, refused, outcomes }: Omit<Matched, 'brought'> & { readonly outcomes: readonly Outcome[] },
): SubmittedDocument {
  const taken = outcomes.flatMap((one) => ('problem' in one ? [] : [one]));
  const units = new Set(taken.map(({ unit }) => unit));
  const failed = outcomes.flatMap((one) => ('problem' in one ? [one] : []));
  const told = (some: typeof failed) => some.map(({ unit, files, problem }) => refusal(unit, files, problem));
  return {
    schema: 'meshturn.submitted/v1',
    ...{ fleet, mesh, taken },
    already: already.map(({ unit, fingerprint, files }) => ({ unit, fingerprint, files })),
    refused: [
      ...refused.map(({ files, problem }) => refusal(undefined, files, problem)),
      ...told(failed.filter(({ problem }) => !isUnanswered(problem))),
    ],
    unanswered: told(failed.filter(({ problem }) => isUnanswered(problem))),
    waiting: requests.map(({ unit }) => unit).filter((unit) => !units.has(unit)),
    staging,
  };
}

function refusal(
  unit: string | undefined,
  files: readonly string[],
  { code, message, hint }: Problem,
): RefusedCert {
  return { unit, files, code, message, hint };
}

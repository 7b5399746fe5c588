import type { Stands } from './code.ts';
import { caCheckCodes } from './codes/ca-checks.ts';
import { cliCodes } from './codes/cli.ts';
import { clusterCodes } from './codes/cluster.ts';
import { evidenceCodes } from './codes/evidence.ts';
import { fleetCodes } from './codes/fleet.ts';
import { inspectCodes } from './codes/inspect.ts';
import { issuerCodes } from './codes/issuer.ts';
import { istiodCodes } from './codes/istiod.ts';
import { keyVaultCodes } from './codes/key-vault.ts';
import { labCodes } from './codes/lab.ts';
import { makingCodes } from './codes/making.ts';
import { pkiCodes } from './codes/pki.ts';
import { rotationCodes } from './codes/rotation.ts';
import { temporalCodes } from './codes/temporal.ts';
import { workloadCodes } from './codes/workloads.ts';

/** Every problem Meshturn can name. */
export const codes = {
  ...keyVaultCodes,
  ...clusterCodes,
  ...istiodCodes,
  ...workloadCodes,
  ...pkiCodes,
  ...caCheckCodes,
  ...makingCodes,
  ...inspectCodes,
  ...fleetCodes,
  ...issuerCodes,
  ...rotationCodes,
  ...evidenceCodes,
  ...temporalCodes,
  ...cliCodes,
  ...labCodes,
};

export type ProblemCode = keyof typeof codes;

/** Where the docs speak of a code. */
export function anchor(code: ProblemCode): string {
  return `docs/problems.md#${code.toLowerCase().replaceAll('_', '-')}`;
}

/** What a stop leaves of what was proven: one by a code that only another version knows may leave nothing of it. */
export function standsAfter(code: string): Stands {
  return isProblemCode(code) ? codes[code].stands : 'doubts';
}

/** Narrows a string that crossed a wire to a code of the registry. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(codes, text);
}

import { Problem } from '../problems/problem.ts';
import type { Certificate } from './certificate.ts';
import type { CaCheck } from './checks/check.ts';
import { refuseUnfit } from './checks/judge.ts';
import { keyIn } from './checks/own-key.ts';
import { seeSet, type MeshNeeds, type SeenSet } from './checks/seen-set.ts';
import { keyFits } from './key-fits.ts';

/** The four PEM texts that istiod signs with. `key` must never leave the scope that read it. */
export interface CaSet {
  /** root-cert */
  readonly root: string;
  /** ca-cert */
  readonly cert: string;
  /** ca-key */
  readonly key: string;
  /** cert-chain */
  readonly chain: string;
}

/** What a set that istiod can sign with holds. */
export interface CaSetFacts {
  /** In the order of root-cert, duplicates included. */
  readonly roots: readonly Certificate[];
  readonly signer: Certificate;
  readonly chain: readonly Certificate[];
  /** From the signer to its root. */
  readonly path: readonly Certificate[];
}

interface Asked {
  /** Names the set in errors. */
  readonly object: string;
  readonly at: Date;
  /** `any` by default: a CA in use is taken as it was made. */
  readonly of?: CaCheck['of'];
  readonly needs?: MeshNeeds;
}

/**
 * Checks that peers will accept what istiod signs with this set at `at`; istiod itself checks less: it takes
 * a chain that lacks the certificate without a word. Throws the first Problem that the table of checks calls fatal.
 */
export function checkCaSet(set: CaSet, asked: Asked): CaSetFacts {
  const seen = seeSet(set, asked);
  refuseUnfit(seen, asked.of ?? 'any');
  const { roots = [], chain, path } = seen;
  return { roots, signer: signerOf(seen), chain, path: path?.ok === true ? path.path : [] };
}

/** Checks as much of a set as can be told while its roots are not known. Throws as `checkCaSet`. */
export function checkSigner(
  { cert, key, chain }: Omit<CaSet, 'root'>,
  asked: Asked,
): Pick<CaSetFacts, 'signer' | 'chain'> {
  const seen = seeSet({ cert, key, chain }, asked);
  refuseUnfit(seen, asked.of ?? 'any');
  return { signer: signerOf(seen), chain: seen.chain };
}

function signerOf({ signer, object }: SeenSet): Certificate {
  if (signer === undefined) throw new RangeError(`expected ca-cert of ${object} to have been checked`);
  return signer;
}

/** Whether a private key belongs to a certificate. Throws Problem BAD_KEY where the PEM holds no key. */
export function keyMatches(certificate: Certificate, keyPem: string): boolean {
  const key = keyIn(keyPem);
  if (key === undefined) throw new Problem('BAD_KEY', { object: `private key of "${certificate.subject}"` });
  return keyFits(certificate, key);
}

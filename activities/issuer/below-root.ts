import type { Certificate } from '../../pki/certificate.ts';
import { issueIntermediate } from '../../pki/issue.ts';
import { nameOf } from '../../pki/path.ts';
import type { Signer } from '../../pki/sign.ts';
import { Problem } from '../../problems/problem.ts';
import type { Asked } from './asked.ts';

/** The roots that a key may issue below, and what to call the key in errors. */
interface Below {
  readonly roots: readonly Certificate[];
  readonly object: string;
}

/**
 * What a root's key issues, wherever it signs: the intermediate, and the root that the key belongs to. Throws Problem
 * ISSUER_KEY_UNUSABLE, and what `issueIntermediate` throws.
 */
export async function issueBelowRoot(
  asked: Asked,
  signer: Signer,
  below: Below,
): Promise<readonly Certificate[]> {
  const root = rootOf(signer, below);
  const { subject, publicKey } = asked;
  const cert = await issueIntermediate({ issuer: { cert: root, signer }, subject, publicKey });
  return [cert, root];
}

/** Throws Problem ISSUER_KEY_UNUSABLE where a key is that of none of the roots, if it is known which they are. */
export function demandOneOf(signer: Signer, below: Below): void {
  if (below.roots.length > 0) rootOf(signer, below);
}

/** The root that a key belongs to. Throws Problem ISSUER_KEY_UNUSABLE. */
function rootOf({ publicKey }: Pick<Signer, 'publicKey'>, { roots, object }: Below): Certificate {
  const root = roots.find(({ x509 }) => x509.publicKey.equals(publicKey));
  if (root !== undefined) return root;
  throw new Problem('ISSUER_KEY_UNUSABLE', {
    object,
    expected: `the key of ${roots.map(nameOf).join(' or ')}`,
    found: 'the key of none of them',
  });
}

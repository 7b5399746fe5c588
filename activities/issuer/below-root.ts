import type { Certificate } from '../../pki/certificate.ts';
import { issueIntermediate } from '../../pki/issue.ts';
import { nameOf } from '../../pki/path.ts';
import type { Signer } from '../../pki/sign.ts';
import { Problem } from '../../problems/problem.ts';
import type { Asked } from './asked.ts';

/**
 * What a root's key issues, wherever it signs: the intermediate, and the root that the key belongs to. `object` names
 * the key in errors. Throws Problem ISSUER_KEY_UNUSABLE, and what `issueIntermediate` throws.
 */
export async function issueBelowRoot(
  asked: Asked,
  signer: Signer,
  { roots, object }: { readonly roots: readonly Certificate[]; readonly object: string },
): Promise<readonly Certificate[]> {
  const root = roots.find(({ x509 }) => x509.publicKey.equals(signer.publicKey));
  if (root === undefined) {
    throw new Problem('ISSUER_KEY_UNUSABLE', {
      object,
      expected: `the key of ${roots.map(nameOf).join(' or ')}`,
      found: 'the key of none of them',
    });
  }
  const { subject, publicKey } = asked;
  const cert = await issueIntermediate({ issuer: { cert: root, signer }, subject, publicKey });
  return [cert, root];
}

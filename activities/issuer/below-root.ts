import type { Certificate } from '../../pki/certificate.ts';
import { issueIntermediate } from '../../pki/issue.ts';
import { nameOf } from '../../pki/path.ts';
import type { Signer } from '../../pki/sign.ts';
import { Problem } from '../../problems/problem.ts';
import type { OnlineIssuer } from './issuer.ts';

/** The roots that a key may issue below, and what to call the key in errors. */
interface Below {
  readonly roots: readonly Certificate[];
  readonly object: string;
  /** What to do where the key is that of another root; the usual where left out. */
  readonly hint?: string | undefined;
}

/**
 * Issues by a root's key, wherever it signs: an intermediate, and the root that the key belongs to. Throws Problem
 * ISSUER_KEY_UNUSABLE, and what opening the key and `issueIntermediate` throw.
 * @param open opens the key, each time anew
 */
export function issuerByRootKey(called: Omit<Below, 'roots'>, open: () => Promise<Signer>): OnlineIssuer {
  return {
    attempt: async (roots) => {
      rootOf(await open(), { ...called, roots });
    },
    issue: async ({ subject, publicKey }, roots) => {
      const signer = await open();
      const root = rootOf(signer, { ...called, roots });
      const cert = await issueIntermediate({ issuer: { cert: root, signer }, subject, publicKey });
      return [cert, root];
    },
  };
}

/** The root that a key belongs to. Throws Problem ISSUER_KEY_UNUSABLE. */
function rootOf({ publicKey }: Pick<Signer, 'publicKey'>, { roots, object, hint }: Below): Certificate {
  const root = roots.find(({ x509 }) => x509.publicKey.equals(publicKey));
  if (root !== undefined) return root;
  throw new Problem('ISSUER_KEY_UNUSABLE', {
    object,
    expected: `the key of ${roots.map(nameOf).join(' or ')}`,
    found: 'the key of none of them',
    ...(hint === undefined ? {} : { hint }),
  });
}

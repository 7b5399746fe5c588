import type { ProblemDetails } from '../../problems/problem.ts';
import { repeatedIn } from '../bundle-change.ts';
import type { Certificate } from '../certificate.ts';
import { distinct } from '../distinct.ts';
import { isIssuedBy, nameOf } from '../path.ts';
import type { CaCheck } from './check.ts';
import { otherKey } from './own-key.ts';
import { newRootsOf, pathOf, textOf, type SeenSet } from './seen-set.ts';

/** What is asked of the certificate that signs, of what it is handed out with, and of the roots. */
export const signerChecks: readonly CaCheck[] = [
  {
    code: 'NOT_A_CA',
    severity: 'fatal',
    expects:
      'basicConstraints CA:TRUE, and keyCertSign where there is a keyUsage, in signer, issuers and roots',
    why: 'peers refuse what it signs. Asked to verify the certificate alone, openssl and Go do not look whether it may sign, and Go takes a root of X.509 version 1.',
    of: 'any',
    stricterThan: ['openssl', 'go'],
    find: notCa,
  },
  {
    code: 'KEY_MISMATCH',
    severity: 'fatal',
    expects: 'in ca-key the key of ca-cert, whole: it signs what the certificate verifies',
    why: 'istiod refuses the set, and one that starts with it ends. openssl verify is given no key, and a damaged one is read by openssl as it is.',
    of: 'any',
    stricterThan: ['openssl'],
    find: (set) => {
      const key = textOf(set, 'key');
      if (set.signer === undefined || key?.keyBlocks === 0 || key === undefined) return [];
      const found = otherKey(set.signer, key.pem);
      const expected = `the key of "${set.signer.subject}", serial ${set.signer.serial}`;
      return found === undefined ? [] : [{ object: key.object, expected, found }];
    },
  },
  {
    code: 'CHAIN_LACKS_CERTIFICATE',
    severity: 'fatal',
    expects: 'in cert-chain, or in root-cert, the certificate that signs',
    why: 'istiod takes such a set without a word, and no peer has a path for the leaves that it signs then',
    of: 'any',
    stricterThan: [],
    find: chainLacks,
  },
  {
    code: 'ROOT_NOT_SELF_SIGNED',
    severity: 'fatal',
    expects: 'roots that their own keys signed',
    why: 'Envoy takes no path that ends in an intermediate. Go does, and so does openssl with -partial_chain alone.',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: (set) => newRootsOf(set).flatMap((root) => notSelfSigned(root, `${nameOf(root)} in ${set.object}`)),
  },
  {
    code: 'ROOT_TWICE',
    severity: 'warning',
    expects: 'each root once',
    why: 'trust is the same. A bundle that only repeats a root makes proxies renew that get bundles pushed, which is for the planner to ask for.',
    of: 'new',
    stricterThan: [],
    find: (set) =>
      repeatedIn(newRootsOf(set)).map((root) => ({
        object: `${nameOf(root)} in root-cert of ${set.object}`,
        expected: 'it once',
        found: 'it more than once',
      })),
  },
];

function notCa(set: SeenSet): readonly ProblemDetails[] {
  const all = [...(set.signer === undefined ? [] : [set.signer]), ...(set.roots ?? []), ...pathOf(set)];
  return distinct(all).flatMap((one) => whyNotCa(one, `${nameOf(one)} in ${set.object}`));
}

/** Why a certificate may not sign others; nothing where it may. */
export function whyNotCa(certificate: Certificate, object: string): readonly ProblemDetails[] {
  if (certificate.isCa) return [];
  const found =
    certificate.profile.mayCertify === false
      ? 'one with a keyUsage that lacks keyCertSign'
      : 'one without CA:TRUE';
  return [{ object, expected: 'a CA certificate', found }];
}

export function notSelfSigned(root: Certificate, object: string): readonly ProblemDetails[] {
  if (isIssuedBy(root, root)) return [];
  const found =
    root.issuer === root.subject ? 'one that another key signed' : `one signed by "${root.issuer}"`;
  return [{ object, expected: 'a certificate that its own key signed', found }];
}

function chainLacks({ signer, chain, roots = [], object }: SeenSet): readonly ProblemDetails[] {
  if (signer === undefined) return [];
  if ([...chain, ...roots].some(({ fingerprint }) => fingerprint === signer.fingerprint)) return [];
  return [
    {
      object: `cert-chain of ${object}`,
      expected: `"${signer.subject}", serial ${signer.serial}`,
      found: chain.length === 0 ? 'no certificate' : chain.map(({ subject }) => `"${subject}"`).join(', '),
    },
  ];
}

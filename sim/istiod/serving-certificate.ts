import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Certificate } from '../../pki/certificate.ts';
import { issueLeaf, keyPem } from '../../pki/make.ts';
import type { SigningCa } from './signing-ca.ts';

/** istiod's own certificate for 15012 and 15017, by the CA it signs with; its chain is cert-chain.pem. */
export interface ServingCertificate {
  readonly certificates: readonly Certificate[];
  /** Leaf and chain. */
  readonly pem: string;
  readonly keyPem: string;
}

/** CITADEL_SELF_SIGNED_CA_CERT_TTL; cut to the signer's end. */
const tenYears = 3650 * 24 * 60 * 60 * 1000;

export function issueServingCertificate(
  ca: SigningCa,
  dnsNames: readonly string[],
  now: Date,
): ServingCertificate {
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync(
    'ec',
    { namedCurve: 'P-256' },
  );
  const leaf = issueLeaf({ issuer: ca.issuer, publicKey, dnsNames: [...dnsNames], ttlMs: tenYears, now });
  return {
    certificates: [leaf, ...ca.chain],
    pem: leaf.pem + ca.chain.map(({ pem }) => pem).join(''),
    keyPem: keyPem(privateKey),
  };
}

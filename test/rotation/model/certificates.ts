import type { CertFacts, Fingerprint, Signer } from '../../../rotation/trust.ts';

/**
 * Certificates of the model are named, not made: root `A`, and intermediate `a1` below it for unit `u1`. The
 * name stands for the fingerprint.
 */
export function rootOf(signer: Fingerprint): Fingerprint {
  return signer.slice(0, 1).toUpperCase();
}

export function intermediate(root: Fingerprint, unit: string): Fingerprint {
  return root.toLowerCase() + unit.slice(1);
}

export function signer(fingerprint: Fingerprint): Signer {
  return { fingerprint, root: rootOf(fingerprint), chain: [fingerprint] };
}

export function facts(fingerprint: Fingerprint, notAfter = '2040-01-01T00:00:00.000Z'): CertFacts {
  return {
    fingerprint,
    subject: `CN=${fingerprint}`,
    issuer: `CN=${rootOf(fingerprint)}`,
    serial: '1',
    notBefore: '2020-01-01T00:00:00.000Z',
    notAfter,
  };
}

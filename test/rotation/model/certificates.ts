import type { CertFacts, Fingerprint, Signer } from '../../../rotation/trust.ts';

/**
 * Certificates of the model are named, not made: root `A`, and intermediate `a1` below it for unit `u1`. The name
 * stands for the fingerprint. Between root `X` and its intermediates stands another, `xup`.
 */
export function rootOf(signer: Fingerprint): Fingerprint {
  return signer.slice(0, 1).toUpperCase();
}

export function intermediate(root: Fingerprint, unit: string): Fingerprint {
  return root.toLowerCase() + unit.slice(1);
}

export const upper = 'xup';

/** A signer and all between it and its root: what a peer must be shown. */
export function chainOf(signer: Fingerprint): readonly Fingerprint[] {
  return rootOf(signer) === 'X' ? [signer, upper] : [signer];
}

export function signer(fingerprint: Fingerprint): Signer {
  return { fingerprint, root: rootOf(fingerprint), chain: chainOf(fingerprint) };
}

const lasting = '2040-01-01T00:00:00.000Z';

export function facts(fingerprint: Fingerprint, notAfter = lasting): CertFacts {
  const [, issuer = rootOf(fingerprint)] = fingerprint === upper ? [] : chainOf(fingerprint);
  return {
    fingerprint,
    subject: `CN=${fingerprint}`,
    issuer: `CN=${fingerprint === rootOf(fingerprint) ? fingerprint : issuer}`,
    serial: Buffer.from(fingerprint).toString('hex'),
    notBefore: '2020-01-01T00:00:00.000Z',
    notAfter,
  };
}

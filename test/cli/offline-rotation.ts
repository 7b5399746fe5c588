import { acceptIssued } from '../../activities/issuer/accept.ts';
import { askFor } from '../../activities/issuer/asked.ts';
import { PrivateKey } from '../../activities/private-key.ts';
import type { Rotations } from '../../cli/rotations.ts';
import { parseBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { makeKey } from '../../pki/key-types.ts';
import { keyPem } from '../../pki/make.ts';
import { Problem } from '../../problems/problem.ts';
import type { TakenCertificate } from '../../rotation/requests.ts';

/** A rotation that waits for certificates, with the keys that it has made, and takes what its activity would. */
export function offlineRotation(
  units: readonly string[],
  root: Certificate,
  at: Date,
): Pick<Rotations, 'requests' | 'submit'> & { readonly taken: ReadonlyMap<string, TakenCertificate> } {
  const keys = new Map(
    units.map((unit) => {
      const key = new PrivateKey(keyPem(makeKey('ecdsa-p256')));
      return [key.publicDigest(), { unit, key, asked: askFor(unit, key) }];
    }),
  );
  const taken = new Map<string, TakenCertificate>();
  return {
    taken,
    requests: () =>
      Promise.resolve({
        // Made anew whenever they are read, as by its activity.
        requests: [...keys].flatMap(([publicKey, { unit, key }]) =>
          taken.has(publicKey) ? [] : [{ unit, publicKey, csr: askFor(unit, key).csr }],
        ),
        taken: [...taken.values()],
        staging: false,
      }),
    submit: (_, { publicKey, chain }) => {
      const found = keys.get(publicKey);
      if (found === undefined)
        return Promise.resolve(new Problem('CERTIFICATE_NOT_REQUESTED', { object: 'the certificate' }));
      const { unit, key, asked } = found;
      const before = taken.get(publicKey);
      if (before !== undefined) return Promise.resolve(before.fingerprint);
      try {
        const issued = parseBundle(chain, `the certificate for ${unit}`);
        const { cert } = acceptIssued(asked, issued, { key, roots: [root], at, needs: {}, lasts: {} });
        taken.set(publicKey, { unit, publicKey, fingerprint: cert.fingerprint });
        return Promise.resolve(cert.fingerprint);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return Promise.resolve(error);
      }
    },
  };
}

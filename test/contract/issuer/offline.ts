import { parseCsr } from '../../../pki/csr.ts';
import { issueIntermediate } from '../../../pki/issue.ts';
import { makeRoot } from '../../../pki/make.ts';
import { localSigner } from '../../../pki/sign.ts';
import type { IssuerWorld } from './world.ts';

/** A root's key that only whoever carries requests to it can have sign. */
export function openOffline(): Promise<IssuerWorld> {
  const root = makeRoot({ commonName: 'Root B', organization: 'Test' });
  return Promise.resolve({
    issuer: { kind: 'offline' },
    root: root.cert,
    sign: async (csr, days = 730) => {
      const { subject, publicKeyInfo: publicKey } = parseCsr(csr);
      const issuer = { cert: root.cert, signer: localSigner(root.key) };
      return (await issueIntermediate({ issuer, subject, publicKey, days })).pem + root.cert.pem;
    },
    close: () => Promise.resolve(),
  });
}

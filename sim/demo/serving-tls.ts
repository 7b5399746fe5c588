import { generateKeyPairSync } from 'node:crypto';
import { issueLeaf, keyPem, makeRoot } from '../../pki/make.ts';

/** A certificate for `localhost`, and the CA of its own that signed it; PEM. */
export interface ServingTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const year = 365 * 24 * 60 * 60 * 1000;

export function localhostTls(commonName: string): ServingTls {
  const root = makeRoot({ commonName });
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leaf = issueLeaf({ issuer: root, publicKey, dnsNames: ['localhost'], ttlMs: year });
  return { ca: root.cert.pem, cert: leaf.pem + root.cert.pem, key: keyPem(privateKey) };
}

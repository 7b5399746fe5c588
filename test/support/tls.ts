import { generateKeyPairSync } from 'node:crypto';
import { issueLeaf, keyPem, makeRoot } from '../../pki/make.ts';

/** A serving certificate for localhost by a CA of its own; PEM. */
export function localhostTls(): { readonly ca: string; readonly cert: string; readonly key: string } {
  const root = makeRoot({ commonName: 'Test TLS CA' });
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leaf = issueLeaf({ issuer: root, publicKey, dnsNames: ['localhost'], ttlMs: 60 * 60 * 1000 });
  return { ca: root.cert.pem, cert: leaf.pem + root.cert.pem, key: keyPem(privateKey) };
}

import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Certificate } from './certificate.ts';

/** What may be told of a key. Of a private key nothing else leaves the function that read it. */
export interface KeyFacts {
  /** `EC P-256`, `RSA 2048`, `Ed25519` */
  readonly kind: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER): keys that belong together have the same. */
  readonly publicKey: string;
}

const curves = new Map([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
]);

/** The facts of a certificate's key. */
export function certificateKey({ x509 }: Certificate): KeyFacts {
  return keyFacts(x509.publicKey);
}

/** The facts of a private key, PEM or DER; undefined where it is none, or encrypted. Nothing of it is kept. */
export function privateKeyFacts(written: string | Buffer): KeyFacts | undefined {
  const key = typeof written === 'string' ? tryRead(() => createPrivateKey(written)) : readDer(written);
  return key === undefined ? undefined : keyFacts(createPublicKey(key));
}

function readDer(key: Buffer): KeyObject | undefined {
  const types = ['pkcs8', 'sec1', 'pkcs1'] as const;
  const read = types.map((type) => tryRead(() => createPrivateKey({ key, format: 'der', type })));
  return read.find((one) => one !== undefined);
}

/** Why it cannot be read is not told: no part of a key may get into an error. */
function tryRead(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The facts of a public key. */
export function keyFacts(key: KeyObject): KeyFacts {
  const publicKey = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return { kind: kindOf(key), publicKey };
}

/** `EC P-256`, `RSA 2048`, `Ed25519` */
export function kindOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  if (type === 'ec') return `EC ${curves.get(details?.namedCurve ?? '') ?? details?.namedCurve ?? ''}`.trim();
  if (type === 'rsa' || type === 'rsa-pss') return `RSA ${details?.modulusLength ?? ''}`.trim();
  return (type ?? 'unknown').replace(/^./, (first) => first.toUpperCase());
}

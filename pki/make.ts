import type { KeyObject } from 'node:crypto';
import { toDer } from './asn1.ts';
import { fromDerBytes, type Certificate } from './certificate.ts';
import { makeKey, type KeyType } from './key-types.ts';
import { encodeName, type NameParts } from './name.ts';
import { intermediateFields, leafFields, rootFields, type Validity } from './profiles.ts';
import { algorithmOf, signed } from './sign.ts';
import { publicKeyInfo, tbsOf, type Fields } from './tbs.ts';

/** A CA certificate and its private key; never leaves the scope it is made or read in. */
export interface Issuer {
  readonly cert: Certificate;
  readonly key: KeyObject;
}

/** A self-signed root with a new key, ECDSA P-256 unless told. */
export function makeRoot(options: Validity & NameParts & { readonly keyType?: KeyType }): Issuer {
  const key = makeKey(options.keyType ?? 'ecdsa-p256');
  const subject = toDer(encodeName(options));
  return { cert: issued(rootFields({ ...options, subject, publicKey: publicKeyInfo(key) }), key), key };
}

/** An intermediate with a new key, likewise. */
export function makeIntermediate(
  options: Validity &
    NameParts & { readonly issuer: Issuer; readonly commonName: string; readonly keyType?: KeyType },
): Issuer {
  const { issuer, keyType = 'ecdsa-p256' } = options;
  const key = makeKey(keyType);
  const subject = toDer(encodeName(options));
  const publicKey = publicKeyInfo(key);
  const fields = intermediateFields({ ...options, issuer: issuer.cert, subject, publicKey });
  return { cert: issued(fields, issuer.key), key };
}

const noName = toDer(encodeName({}));

/** A workload's certificate as istiod issues it, with an empty subject; signed at once, as they are many. */
export function issueLeaf(options: {
  readonly issuer: Issuer;
  readonly publicKey: KeyObject;
  readonly spiffeId?: string;
  readonly dnsNames?: readonly string[];
  readonly ttlMs: number;
  readonly now?: Date;
  readonly backdateMs?: number;
}): Certificate {
  const { issuer, spiffeId, dnsNames = [], ttlMs, now, backdateMs } = options;
  const fields = leafFields({
    subject: noName,
    publicKey: publicKeyInfo(options.publicKey),
    issuer: issuer.cert,
    uris: spiffeId === undefined ? [] : [spiffeId],
    ...{ dnsNames, ttlMs, now, backdateMs },
  });
  return issued(fields, issuer.key);
}

/**
 * The PEM forms that istiod reads (security/pkg/pki/util/crypto.go, ParsePemEncodedKey): SEC 1 for ECDSA, PKCS#1 for
 * RSA, each as the first block, since it looks at no other. PKCS#8 it would read as well. The caller must not let
 * it out.
 */
export function keyPem(key: KeyObject): string {
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1';
  return key.export({ type, format: 'pem' }).toString();
}

function issued(fields: Fields, key: KeyObject): Certificate {
  return fromDerBytes(signed(tbsOf(fields, algorithmOf(key)), key));
}

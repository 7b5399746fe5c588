import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Certificate } from '../pki/certificate.ts';
import { keyMatches } from '../pki/ca-set.ts';
import { keyFacts, privateKeyFacts } from '../pki/key-facts.ts';

/**
 * A private key on its way from where it was read to where it is written, inside one activity. It cannot be
 * printed, serialised or compared by accident: only `reveal` gives its PEM text, to the write itself.
 */
export class PrivateKey {
  readonly #pem: string;

  constructor(pem: string) {
    this.#pem = pem;
  }

  /** Whether the text is a key at all: it may have come from where others write. */
  isKey(): boolean {
    return privateKeyFacts(this.#pem) !== undefined;
  }

  /** Throws Problem BAD_KEY where the text is no key. */
  matches(certificate: Certificate): boolean {
    return keyMatches(certificate, this.#pem);
  }

  /** SHA-256 of its public key (SubjectPublicKeyInfo, DER), by which certificates are matched to it. */
  publicDigest(): string {
    return keyFacts(createPublicKey(createPrivateKey(this.#pem))).publicKey;
  }

  reveal(): string {
    return this.#pem;
  }

  toJSON(): string {
    return '[private key]';
  }
}

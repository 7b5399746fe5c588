import type { Certificate } from '../pki/certificate.ts';
import { keyMatches } from '../pki/ca-set.ts';

/**
 * A private key on its way from where it was read to where it is written, inside one activity. It cannot be
 * printed, serialised or compared by accident: only `reveal` gives its PEM text, to the write itself.
 */
export class PrivateKey {
  readonly #pem: string;

  constructor(pem: string) {
    this.#pem = pem;
  }

  /** Throws Problem BAD_KEY where the text is no key. */
  matches(certificate: Certificate): boolean {
    return keyMatches(certificate, this.#pem);
  }

  reveal(): string {
    return this.#pem;
  }

  toJSON(): string {
    return '[private key]';
  }
}

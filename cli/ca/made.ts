import { certFacts, type Certificate } from '../../pki/certificate.ts';
import type { CaRequest } from '../../pki/ca-request.ts';
import { certificateKey, keyFacts, type KeyFacts } from '../../pki/key-facts.ts';
import type { IssuedFacts } from '../../rotation/trust.ts';

/** What `ca init`, `ca request` and `ca sign` print with `-o json`. Additive changes only. */
export interface CaMadeDocument {
  readonly schema: 'meshturn.ca-made/v1';
  /** In the order in which they were written. */
  readonly files: readonly MadeFile[];
  readonly certificates: readonly MadeCertificate[];
  readonly requests: readonly MadeRequest[];
}

export interface MadeFile {
  readonly path: string;
  readonly holds: 'certificate' | 'chain' | 'privateKey' | 'encryptedPrivateKey' | 'request';
}

export interface MadeCertificate extends IssuedFacts {
  /** Undefined for a root. */
  readonly unit: string | undefined;
  readonly key: KeyFacts;
}

export interface MadeRequest {
  readonly unit: string;
  readonly subject: string;
  readonly key: KeyFacts;
}

export function madeDocument(made: Partial<Omit<CaMadeDocument, 'schema'>>): CaMadeDocument {
  const { files = [], certificates = [], requests = [] } = made;
  return { schema: 'meshturn.ca-made/v1', files, certificates, requests };
}

export function madeCertificate(certificate: Certificate, unit?: string): MadeCertificate {
  return { ...certFacts(certificate), unit, key: certificateKey(certificate) };
}

export function toldRequest({ unit, name, publicKey }: CaRequest): MadeRequest {
  return { unit, subject: name, key: keyFacts(publicKey) };
}

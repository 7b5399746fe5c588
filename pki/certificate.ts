import { createHash, X509Certificate } from 'node:crypto';
import { Problem } from '../problems/problem.ts';
import { fromDer } from './asn1.ts';
import { printName } from './name.ts';
import { children, isTagged } from './read-asn1.ts';
import { readExtensions } from './read-extensions.ts';

/** A certificate as it was read; `pem` and `der` are its exact bytes. */
export interface Certificate {
  /** From the BEGIN line to the END line byte for byte, and one newline. */
  readonly pem: string;
  readonly der: Buffer;
  /** SHA-256 of the DER, 64 lowercase hexadecimal digits. */
  readonly fingerprint: string;
  /** As istiod prints it, `CN=Root A,O=Test`; empty for a workload's leaf. */
  readonly subject: string;
  readonly issuer: string;
  /** Lowercase hexadecimal without leading zeros, as istiod's `SN: %x`. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** True where basicConstraints says CA and keyUsage, if there, lets it sign certificates. */
  readonly isCa: boolean;
  /** How many further CAs may stand below this CA; undefined for no limit. */
  readonly pathLength: number | undefined;
  readonly subjectKeyId: Buffer | undefined;
  /** The URIs among the subject's alternative names, `spiffe://…`. */
  readonly sans: readonly string[];
  readonly x509: X509Certificate;
}

/** What may be told of a certificate; times are ISO 8601 in UTC. */
export interface CertificateFacts {
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Reads the one certificate of a PEM text. `object` names the text in errors.
 * Throws Problem BAD_CERTIFICATE where there is none, more than one, or one that cannot be parsed.
 */
export function parseCertificate(pem: string, object: string): Certificate {
  const blocks = certificateBlocks(pem, object);
  const [only] = blocks;
  if (only === undefined || blocks.length > 1) {
    throw new Problem('BAD_CERTIFICATE', {
      object,
      expected: 'one PEM block CERTIFICATE',
      found: String(blocks.length),
    });
  }
  return parseBlock(only, object);
}

/** The CERTIFICATE blocks of a text, each from BEGIN to END. A BEGIN without its END is BAD_CERTIFICATE. */
export function certificateBlocks(pem: string, object: string): readonly string[] {
  const blocks = pem.match(block) ?? [];
  if (blocks.length !== pem.split('-----BEGIN CERTIFICATE-----').length - 1) {
    throw new Problem('BAD_CERTIFICATE', {
      object,
      expected: 'an END line after every BEGIN CERTIFICATE line',
      found: 'a block that is cut off',
    });
  }
  return blocks;
}

/** Reads one block that `certificateBlocks` found. */
export function parseBlock(text: string, object: string): Certificate {
  try {
    const x509 = new X509Certificate(text);
    return { pem: `${text}\n`, ...read(x509) };
  } catch (error) {
    throw new Problem(
      'BAD_CERTIFICATE',
      { object, found: 'a block that is no certificate' },
      { cause: error },
    );
  }
}

/** Reads a certificate by its DER and gives it a PEM form of 64 columns. */
export function fromDerBytes(der: Buffer): Certificate {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const text = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
  return parseBlock(text, 'certificate');
}

export function certFacts(certificate: Certificate): CertificateFacts {
  const { fingerprint, subject, issuer, serial, notBefore, notAfter } = certificate;
  return {
    fingerprint,
    subject,
    issuer,
    serial,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
  };
}

function read(x509: X509Certificate): Omit<Certificate, 'pem'> {
  const der = x509.raw;
  const [tbs] = children(fromDer(der));
  const fields = children(tbs);
  // The version is left out of a version 1 certificate, and all that follows moves by one.
  const start = isTagged(fields[0], 0) ? 1 : 0;
  const [issuer, subject] = [fields[start + 2], fields[start + 4]];
  if (issuer === undefined || subject === undefined) throw new Error('expected an issuer and a subject');
  const extensions = fields.find((field) => isTagged(field, 3));
  const { uris, pathLength, subjectKeyId } = readExtensions(
    extensions === undefined ? [] : children(children(extensions)[0]),
  );
  return {
    der,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    subject: printName(subject),
    issuer: printName(issuer),
    serial: BigInt(`0x${x509.serialNumber}`).toString(16),
    notBefore: x509.validFromDate,
    notAfter: x509.validToDate,
    isCa: x509.ca,
    pathLength,
    subjectKeyId,
    sans: uris,
    x509,
  };
}

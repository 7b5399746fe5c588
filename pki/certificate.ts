import { createHash, X509Certificate } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Problem } from '../problems/problem.ts';
import { fromDer } from './asn1.ts';
import { printName } from './name.ts';
import { readPemText, type PemBlock } from './pem.ts';
import { readProfile, type Profile } from './profile.ts';
import { children, content, isTagged } from './read-asn1.ts';
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
  readonly profile: Profile;
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

const label = 'CERTIFICATE';
/** Between BEGIN and END: base64 alone. openssl takes headers there as well, and Go passes over a block that has any. */
const body = /^-----BEGIN CERTIFICATE-----[ \t]*\r?\n([A-Za-z0-9+/= \t\r\n]*)-----END CERTIFICATE-----$/;

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
  const { blocks, broken } = readPemText(pem);
  if (broken.includes(label)) throw cutOff(object);
  return certificatesAmong(blocks);
}

/** The texts of those blocks that are to hold a certificate. */
export function certificatesAmong(blocks: readonly PemBlock[]): readonly string[] {
  return blocks.filter((block) => block.label === label).map(({ text }) => text);
}

/** A block without its END line, or with something else on one of its two lines. */
export function cutOff(object: string): Problem {
  return new Problem('BAD_CERTIFICATE', {
    object,
    expected: 'an END line after every BEGIN CERTIFICATE line, each a line of its own',
    found: 'a block that is cut off',
  });
}

/** By their text: the same roots and intermediates come with every proxy, in every look. */
const seen = new LRUCache<string, Certificate>({ max: 2_000 });

/** Reads one block that `certificateBlocks` found. */
export function parseBlock(text: string, object: string): Certificate {
  const before = seen.get(text);
  if (before !== undefined) return before;
  try {
    const x509 = new X509Certificate(text);
    const [, base64] = body.exec(text) ?? [];
    // What stands behind the certificate is passed over by openssl and refused by Go.
    if (base64 === undefined || !Buffer.from(base64, 'base64').equals(x509.raw))
      throw new Error('expected the base64 of one DER value and nothing else');
    const certificate = Object.freeze({ pem: `${text}\n`, ...read(x509) });
    seen.set(text, certificate);
    return certificate;
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
  const whole = fromDer(der);
  const [tbs] = children(whole);
  const fields = children(tbs);
  // The version is left out of a version 1 certificate, and all that follows moves by one.
  const start = isTagged(fields[0], 0) ? 1 : 0;
  const [issuer, subject] = [fields[start + 2], fields[start + 4]];
  if (issuer === undefined || subject === undefined) throw new Error('expected an issuer and a subject');
  const extensions = fields.find((field) => isTagged(field, 3));
  const { uris, pathLength, subjectKeyId } = readExtensions(
    extensions === undefined ? [] : children(children(extensions)[0]),
  );
  // Both are read late by node, which throws or has no instant where they are not what they should be.
  const isWhole = [x509.validFromDate, x509.validToDate].every((time) => !Number.isNaN(time.getTime()));
  if (!isWhole || x509.publicKey.asymmetricKeyType === undefined) throw new Error('expected times and a key');
  return {
    der,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    subject: printName(subject),
    issuer: printName(issuer),
    serial: printInteger(content(fields[start])),
    notBefore: x509.validFromDate,
    notAfter: x509.validToDate,
    isCa: x509.ca,
    pathLength,
    subjectKeyId,
    sans: uris,
    profile: readProfile(whole),
    x509,
  };
}

/** As Go's %x prints it: two's complement, with a sign where it is negative. */
function printInteger(bytes: Buffer): string {
  const unsigned = BigInt(`0x${bytes.toString('hex')}`);
  return BigInt.asIntN(bytes.length * 8, unsigned).toString(16);
}

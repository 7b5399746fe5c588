import { createPrivateKey, type KeyObject } from 'node:crypto';
import { parseBundle } from '../../pki/bundle.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import type { Issuer } from '../../pki/make.ts';
import { verifyPath } from '../../pki/path.ts';
import type { SigningFiles } from './signing-files.ts';

/** What istiod signs with and hands out: its KeyCertBundle. */
export interface SigningCa {
  readonly issuer: Issuer;
  /** cert-chain.pem as read; empty for a self-signed CA. */
  readonly chainPem: string;
  /** root-cert.pem as read. */
  readonly rootPem: string;
  readonly roots: readonly Certificate[];
  readonly chain: readonly Certificate[];
}

/**
 * Checks a set as istiod does, and no further (security/pkg/pki/util/keycertbundle.go, Verify): the chain is
 * a pool of intermediates, so a chain that lacks the certificate itself passes. Throws with istiod's words.
 */
export function loadSigningCa(files: SigningFiles, at: Date): SigningCa {
  const { cert = '', key = '', chain = '', root = '' } = files;
  const signer = parseSigner(cert);
  const roots = poolOf(root);
  const pool = poolOf(chain);
  const path = verifyPath({ leaf: signer, presented: pool, roots, at });
  if (!path.ok) {
    throw new Error(
      `cannot verify the cert with the provided root chain and cert pool with error: ${goReason(signer, at)}`,
    );
  }
  const privateKey = parseKey(key);
  if (!signer.x509.checkPrivateKey(privateKey)) {
    throw new Error('the cert does not match the key: tls: private key does not match public key');
  }
  return { issuer: { cert: signer, key: privateKey }, chainPem: chain, rootPem: root, roots, chain: pool };
}

/** Go's AppendCertsFromPEM passes over what it cannot parse; a text without a certificate is an empty pool. */
export function poolOf(pem: string): readonly Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return parseBundle(block, 'certificate pool');
    } catch {
      return [];
    }
  });
}

/** A bad block ends a signing set, unlike a pool: the first block is the signer. */
function parseSigner(pem: string): Certificate {
  const [first] = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/.exec(pem) ?? [];
  try {
    return parseCertificate(first ?? '', 'ca-cert.pem');
  } catch {
    throw new Error('failed to parse cert PEM: invalid PEM encoded certificate');
  }
}

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause may quote the key's text, so it is left out.
    throw new Error('failed to parse private key PEM: invalid PEM-encoded key');
  }
}

function goReason(signer: Certificate, at: Date): string {
  if (signer.notAfter < at) {
    const [now, end] = [rfc3339(at), rfc3339(signer.notAfter)];
    return `x509: certificate has expired or is not yet valid: current time ${now} is after ${end}`;
  }
  if (signer.notBefore > at) {
    const [now, begin] = [rfc3339(at), rfc3339(signer.notBefore)];
    return `x509: certificate has expired or is not yet valid: current time ${now} is before ${begin}`;
  }
  return 'x509: certificate signed by unknown authority';
}

/** An instant as Go's time.RFC3339 prints it. */
export function rfc3339(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

import type { KeyObject } from 'node:crypto';
import { parseBundle } from '../../pki/bundle.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { readKeyBlock } from '../../pki/key-block.ts';
import { isWholeKey, keyFits } from '../../pki/key-fits.ts';
import type { Issuer } from '../../pki/make.ts';
import { goRefuses, isReadByGo } from './go-verify.ts';
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
  const refused = goRefuses({ signer, pool, roots, at });
  if (refused !== undefined) {
    throw new Error(
      `cannot verify the cert with the provided root chain and cert pool with error: ${refused}`,
    );
  }
  const privateKey = parseKey(key);
  if (!keyFits(signer, privateKey)) {
    throw new Error('the cert does not match the key: tls: private key does not match public key');
  }
  return { issuer: { cert: signer, key: privateKey }, chainPem: chain, rootPem: root, roots, chain: pool };
}

/** Go's AppendCertsFromPEM passes over what it cannot parse; a text without a certificate is an empty pool. */
export function poolOf(pem: string): readonly Certificate[] {
  const blocks =
    pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----(?=[ \t\r]*(?:\n|$))/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return parseBundle(block, 'certificate pool').filter(isReadByGo);
    } catch {
      return [];
    }
  });
}

/** The first block of a text as Go's pem.Decode finds it: from the begin of a line. */
function firstBlock(pem: string): { readonly label: string; readonly text: string } | undefined {
  const [text, label] =
    /^-----BEGIN ([^-]+)-----[ \t\r]*$[^-]*-----END \1-----(?=[ \t\r]*$)/m.exec(pem) ?? [];
  return text === undefined || label === undefined ? undefined : { label, text };
}

/** A bad block ends a signing set, unlike a pool: the first block is the signer. */
function parseSigner(pem: string): Certificate {
  const block = firstBlock(pem);
  if (block === undefined) throw new Error('failed to parse cert PEM: invalid PEM encoded certificate');
  try {
    const signer = parseCertificate(block.text, 'ca-cert.pem');
    if (isReadByGo(signer)) return signer;
  } catch {
    // What is wrong with it istiod does not print either.
  }
  throw new Error('failed to parse cert PEM: failed to parse X.509 certificate');
}

const keyLabels = ['EC PRIVATE KEY', 'RSA PRIVATE KEY', 'PRIVATE KEY'];

function parseKey(pem: string): KeyObject {
  const block = firstBlock(pem);
  if (block === undefined) throw new Error('failed to parse private key PEM: invalid PEM-encoded key');
  const { label, text } = block;
  if (!keyLabels.includes(label))
    throw new Error(
      `failed to parse private key PEM: unsupported PEM block type for a private key: ${label}`,
    );
  const key = readKeyBlock({ label, text });
  if (key !== undefined && isWholeKey(key)) return key;
  throw new Error('failed to parse private key PEM: failed to parse the private key');
}

/** An instant as Go's time.RFC3339 prints it. */
export function rfc3339(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

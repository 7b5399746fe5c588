import { createPrivateKey, type KeyObject } from 'node:crypto';
import { Problem } from '../problems/problem.ts';
import { parseBundle } from './bundle.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { nameOf, searchPath } from './path.ts';

/** The four PEM texts that istiod signs with. `key` must never leave the scope that read it. */
export interface CaSet {
  /** root-cert */
  readonly root: string;
  /** ca-cert */
  readonly cert: string;
  /** ca-key */
  readonly key: string;
  /** cert-chain */
  readonly chain: string;
}

/** What a set that istiod can sign with holds. */
export interface CaSetFacts {
  /** In the order of root-cert, duplicates included. */
  readonly roots: readonly Certificate[];
  readonly signer: Certificate;
  readonly chain: readonly Certificate[];
  /** From the signer to its root. */
  readonly path: readonly Certificate[];
}

/**
 * Checks that peers will accept what istiod signs with this set at `at`; istiod itself checks less: it takes
 * a chain that lacks the certificate without a word. `object` names the set in errors.
 * Throws Problem BAD_CERTIFICATE, BAD_KEY, KEY_MISMATCH, NOT_A_CA, CHAIN_LACKS_CERTIFICATE, PATH_BROKEN,
 * CERT_EXPIRED, CERT_NOT_YET_VALID.
 */
export function checkCaSet(set: CaSet, o: { readonly object: string; readonly at: Date }): CaSetFacts {
  const roots = parseBundle(set.root, `root-cert of ${o.object}`);
  const { signer, chain } = checkSigner(set, { ...o, roots });
  for (const root of roots) verifyIsCa(root, `${nameOf(root)} in ${o.object}`);
  return { roots, signer, chain, path: checkPath({ signer, chain, roots, ...o }) };
}

/**
 * Checks as much of a set as can be told while its roots are not known. Throws as `checkCaSet`, but for
 * PATH_BROKEN. `roots`, where there are any, may hold the signer in place of the chain.
 */
export function checkSigner(
  set: Omit<CaSet, 'root'>,
  o: { readonly object: string; readonly at: Date; readonly roots?: readonly Certificate[] },
): Pick<CaSetFacts, 'signer' | 'chain'> {
  const signer = parseCertificate(set.cert, `ca-cert of ${o.object}`);
  const chain = parseBundle(set.chain, `cert-chain of ${o.object}`);
  verifyIsCa(signer, `${nameOf(signer)} in ${o.object}`);
  const key = readKey(set.key, `ca-key of ${o.object}`);
  if (!belongTogether(signer, key)) {
    throw new Problem('KEY_MISMATCH', {
      object: `ca-key of ${o.object}`,
      expected: `the key of "${signer.subject}", serial ${signer.serial}`,
      found: otherKey(signer, key),
    });
  }
  checkChainHolds(signer, chain, o.roots ?? [], o.object);
  checkValidity(signer, o);
  return { signer, chain };
}

/** Throws NOT_A_CA. `object` names the certificate and where it is. */
export function verifyIsCa({ isCa }: Certificate, object: string): void {
  if (isCa) return;
  throw new Problem('NOT_A_CA', {
    object,
    expected: 'a CA certificate',
    found: 'one without CA:TRUE, or with a keyUsage that lacks keyCertSign',
  });
}

/** What may be told of a key that is not the certificate's. */
function otherKey({ x509 }: Certificate, key: KeyObject): string {
  const wanted = x509.publicKey.asymmetricKeyType;
  const kind = key.asymmetricKeyType;
  return kind === wanted
    ? `another ${kind} key`
    : `a key of type ${kind} for a certificate of type ${wanted}`;
}

/** Whether a private key belongs to a certificate. Throws Problem BAD_KEY where the PEM holds no key. */
export function keyMatches(cert: Certificate, keyPem: string): boolean {
  return belongTogether(cert, readKey(keyPem, `private key of "${cert.subject}"`));
}

function belongTogether(cert: Certificate, key: KeyObject): boolean {
  return cert.x509.checkPrivateKey(key);
}

function readKey(pem: string, object: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause is left out on purpose: no part of a key text may reach an error.
    throw new Problem('BAD_KEY', { object });
  }
}

function checkChainHolds(
  signer: Certificate,
  chain: readonly Certificate[],
  roots: readonly Certificate[],
  object: string,
): void {
  const holds = [...chain, ...roots].some(({ fingerprint }) => fingerprint === signer.fingerprint);
  if (holds) return;
  throw new Problem('CHAIN_LACKS_CERTIFICATE', {
    object: `cert-chain of ${object}`,
    expected: `"${signer.subject}", serial ${signer.serial}`,
    found: chain.length === 0 ? 'no certificate' : chain.map(({ subject }) => `"${subject}"`).join(', '),
  });
}

function checkPath(o: {
  readonly signer: Certificate;
  readonly chain: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly object: string;
  readonly at: Date;
}): readonly Certificate[] {
  const search = { leaf: o.signer, presented: o.chain, roots: o.roots };
  const ignoringValidity = searchPath({ ...search, reject: () => undefined });
  if (!ignoringValidity.ok) {
    throw new Problem('PATH_BROKEN', { object: o.object, found: ignoringValidity.reason });
  }
  const now = searchPath({ ...search, reject: (one) => (isValid(one, o.at) ? undefined : nameOf(one)) });
  if (now.ok) return now.path;
  for (const certificate of ignoringValidity.path) checkValidity(certificate, o);
  throw new Problem('PATH_BROKEN', { object: o.object, found: now.reason });
}

function isValid({ notBefore, notAfter }: Certificate, at: Date): boolean {
  return notBefore <= at && at <= notAfter;
}

function checkValidity(certificate: Certificate, o: { readonly object: string; readonly at: Date }): void {
  const object = `${nameOf(certificate)} in ${o.object}`;
  const at = o.at.toISOString();
  if (o.at > certificate.notAfter) {
    const end = certificate.notAfter.toISOString();
    throw new Problem('CERT_EXPIRED', { object, expected: `notAfter later than ${at}`, found: end });
  }
  if (o.at < certificate.notBefore) {
    const start = certificate.notBefore.toISOString();
    throw new Problem('CERT_NOT_YET_VALID', { object, expected: `notBefore up to ${at}`, found: start });
  }
}

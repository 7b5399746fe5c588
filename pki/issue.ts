import { Problem } from '../problems/problem.ts';
import { toDer } from './asn1.ts';
import { fromDerBytes, type Certificate } from './certificate.ts';
import { encodeName, type NameParts } from './name.ts';
import { nameOf } from './path.ts';
import { intermediateFields, rootFields, type Validity } from './profiles.ts';
import { signedBy, type Signer } from './sign.ts';
import { publicKeyInfo, tbsOf, type Fields } from './tbs.ts';

/** A CA whose key signs wherever it is. */
export interface SigningCa {
  readonly cert: Certificate;
  readonly signer: Signer;
}

/**
 * A root that its signer signs itself. Throws Problem CERT_NOT_YET_VALID or CERT_EXPIRED where it would not be valid
 * now, SIGNATURE_WRONG, and what the signer throws.
 */
export async function issueRoot(
  o: Validity & { readonly signer: Signer; readonly name: NameParts },
): Promise<Certificate> {
  const { signer, name, ...validity } = o;
  const publicKey = publicKeyInfo(signer.publicKey);
  const fields = rootFields({ ...validity, subject: toDer(encodeName(name)), publicKey });
  const root = await issuedBy(fields, signer);
  verifyValid(root, o.now ?? new Date());
  return root;
}

/** By what is read of a certificate: what was meant may be written otherwise. */
function verifyValid(root: Certificate, now: Date): void {
  const { notBefore, notAfter } = root;
  if (notBefore <= now && now < notAfter) return;
  const isLate = now >= notAfter;
  throw new Problem(isLate ? 'CERT_EXPIRED' : 'CERT_NOT_YET_VALID', {
    object: nameOf(root),
    expected: `a root that is valid at ${now.toISOString()}`,
    found: (isLate ? notAfter : notBefore).toISOString(),
  });
}

/**
 * An intermediate below a CA for somebody else's key. Its subject is taken as it is. Throws Problem KEY_MISMATCH where
 * the CA's signer has another key than its certificate, CERT_EXPIRED where the CA ends before it would begin,
 * SIGNATURE_WRONG, and what the signer throws.
 */
export async function issueIntermediate(
  o: Validity & {
    readonly issuer: SigningCa;
    /** A Name, DER. */
    readonly subject: Buffer;
    /** A SubjectPublicKeyInfo, DER. */
    readonly publicKey: Buffer;
  },
): Promise<Certificate> {
  const { cert, signer } = o.issuer;
  if (!cert.x509.publicKey.equals(signer.publicKey)) {
    throw new Problem('KEY_MISMATCH', {
      object: `the signer of ${nameOf(cert)}`,
      expected: `the key of "${cert.subject}", serial ${cert.serial}`,
      found: 'another key',
    });
  }
  const fields = intermediateFields({ ...o, issuer: cert });
  if (fields.notAfter <= (o.now ?? new Date())) {
    throw new Problem('CERT_EXPIRED', {
      object: nameOf(cert),
      expected: 'a CA that is valid for as long as what it issues',
      found: cert.notAfter.toISOString(),
    });
  }
  return issuedBy(fields, signer);
}

async function issuedBy(fields: Fields, signer: Signer): Promise<Certificate> {
  return fromDerBytes(await signedBy(tbsOf(fields, signer.algorithm), signer));
}

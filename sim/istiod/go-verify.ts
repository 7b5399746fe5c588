import type { Certificate } from '../../pki/certificate.ts';
import { linkedPath } from '../../pki/checks/linked-path.ts';
import { unknownCritical } from '../../pki/checks/profile-checks.ts';
import { malformedIn } from '../../pki/malformed.ts';
import { verifyPath } from '../../pki/path.ts';
import { hasNamedCurve, hasWholePoint } from '../../pki/spki.ts';
import { rfc3339 } from './signing-ca.ts';

const serverAuth = '1.3.6.1.5.5.7.3.1';
const anyPurpose = '2.5.29.37.0';

/**
 * Why Go's verifier takes a signer for none below the roots, in its words; undefined where it takes it. It asks of the
 * signer what it asks of any certificate of a server: not whether it may sign, and not for key identifiers.
 */
export function goRefuses(o: {
  readonly signer: Certificate;
  readonly pool: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly at: Date;
}): string | undefined {
  const { signer, pool, roots, at } = o;
  const sound = verifyPath({ leaf: signer, presented: pool, roots, at });
  const path = sound.ok ? sound.path : linkedPath({ leaf: signer, presented: pool, roots });
  if (path.some((one, index) => index > 0 && mayNotIssue(one, index - 1)) || path.length === 0)
    return unknownAuthority;
  return path.map((one) => unfit(one, at)).find((why) => why !== undefined) ?? weak(path);
}

/** Go parses no certificate with a negative serial number, a curve or a point in an unusual form, or what is malformed. */
export function isReadByGo(certificate: Certificate): boolean {
  const { serial, profile } = certificate;
  const spki = profile.publicKeyInfo;
  return (
    !serial.startsWith('-') &&
    hasNamedCurve(spki) &&
    hasWholePoint(spki) &&
    malformedIn(certificate) === undefined
  );
}

const unknownAuthority = 'x509: certificate signed by unknown authority';

/** @param between how many CAs stand between it and the certificate that is asked for */
function mayNotIssue({ isCa, pathLength }: Certificate, between: number): boolean {
  return !isCa || (pathLength !== undefined && between > pathLength);
}

function unfit({ notBefore, notAfter, profile }: Certificate, at: Date): string | undefined {
  const outside = 'x509: certificate has expired or is not yet valid: current time';
  if (notAfter < at) return `${outside} ${rfc3339(at)} is after ${rfc3339(notAfter)}`;
  if (notBefore > at) return `${outside} ${rfc3339(at)} is before ${rfc3339(notBefore)}`;
  if (unknownCritical(profile).length > 0) return 'x509: unhandled critical extension';
  const { purposes } = profile;
  return purposes === undefined || purposes.includes(serverAuth) || purposes.includes(anyPurpose)
    ? undefined
    : 'x509: certificate specifies an incompatible key usage';
}

function weak(path: readonly Certificate[]): string | undefined {
  const found = path.slice(0, -1).some(({ profile }) => !profile.signedWith.isVerified);
  return found ? unknownAuthority : undefined;
}

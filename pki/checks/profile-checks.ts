import type { ProblemDetails } from '../../problems/problem.ts';
import type { Certificate } from '../certificate.ts';
import { distinct } from '../distinct.ts';
import { oddOfKey } from '../key-encoding.ts';
import { malformedIn } from '../malformed.ts';
import { isIssuedBy } from '../path.ts';
import { extensionTypes, type Profile } from '../profile.ts';
import type { CaCheck } from './check.ts';
import { inSet } from './path-checks.ts';
import { isInUse, pathOf, toldOf, type SeenSet } from './seen-set.ts';

const fitKeys =
  'RSA of 2048 to 8192 bits with an odd exponent below 2^31, or ECDSA on P-256, P-384 or P-521, which is named, and its point not compressed';

/** What is asked of each certificate of a new CA, as it was made. */
export const profileChecks: readonly CaCheck[] = [
  {
    code: 'SIGNATURE_WEAK',
    severity: 'fatal',
    expects:
      'below the root SHA-256, SHA-384 or SHA-512 with RSA, RSA-PSS or ECDSA, or Ed25519; RSA-PSS with that hash throughout, and salt as long as it is',
    why: 'Go and BoringSSL know no others; openssl verify refuses MD5 and SHA-1 alone, from security level 1 on. Nobody verifies how a root signed itself.',
    of: 'new',
    stricterThan: ['openssl'],
    find: each(({ signedWith: { name, isVerified } }, one) =>
      isVerified || isIssuedBy(one, one)
        ? undefined
        : { expected: 'SHA-256, SHA-384 or SHA-512, in a form that Go knows', found: name },
    ),
  },
  {
    code: 'KEY_NOT_SUPPORTED',
    severity: 'fatal',
    expects: fitKeys,
    why: 'BoringSSL refuses smaller RSA keys and Go larger ones and larger exponents, Envoy takes no other curves, and istiod no other kinds; Go reads no certificate with a curve or a point in another form. Verifiers of a path ask for less.',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: each((_, one) => {
      const found = unfitKey(one);
      return found === undefined ? undefined : { expected: fitKeys, found };
    }),
  },
  {
    code: 'SERIAL_UNFIT',
    severity: 'fatal',
    expects: 'a positive serial number of at most 20 bytes',
    why: 'Go refuses negative ones from 1.23 on. Zero and longer ones are against RFC 5280, 4.1.2.2, and other verifiers may refuse them below a root; of a root nobody asks.',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: each(({ serial }, one) => {
      const found = isNegative(serial) || !isIssuedBy(one, one) ? unfitSerial(serial) : undefined;
      return found === undefined ? undefined : { expected: 'a positive one of at most 20 bytes', found };
    }),
  },
  {
    code: 'EXTENSION_UNKNOWN',
    severity: 'fatal',
    expects:
      'no critical extension that istiod or Envoy does not know, no nameConstraints on directories or with bounds, and below the root none that asks for policies',
    why: 'a verifier that does not know a critical extension refuses the certificate; Go does of nameConstraints, too, that speak of other names than DNS, IP, mail and URI. OpenSSL and BoringSSL hold the subjects of all below to constraints on directories, critical or not, and take no bounds; Go refuses leaves, which have no policies, where one is asked for.',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: each((profile, one) => {
      const policies = isIssuedBy(one, one) ? [] : asksForPolicies(profile);
      const unknown = [...unknownCritical(profile), ...unfitConstraints(profile), ...policies];
      return unknown.length === 0
        ? undefined
        : { expected: 'extensions that verifiers know', found: unknown.join(', ') };
    }),
  },
  {
    code: 'CERT_MALFORMED',
    severity: 'fatal',
    expects:
      'X.509 version 3, times in UTC to the second, names of characters that their type of string has, and extensions that are what their type says; and none in a block of another label',
    why: 'Go reads no other: istiod refuses such a signer, and passes over such a root or issuer. OpenSSL reads most of them. Blocks of other labels istiod passes over, and Envoy may not: a root would be missing, or a CRL be asked for.',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: (set) => [...otherBlocks(set), ...malformed(set)],
  },
  {
    code: 'PURPOSE_UNFIT',
    severity: 'fatal',
    expects: 'no extKeyUsage, or one with serverAuth and clientAuth, or with anyExtendedKeyUsage',
    why: 'Go and Envoy refuse a leaf for TLS below a CA that is for something else, and ask it of the root as well: a server of its clients, a client of its server. openssl verify asks only where -purpose names one.',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: each(({ purposes }) => {
      const isFit = purposes === undefined || purposes.includes(anyPurpose);
      if (isFit || tlsPurposes.every((purpose) => purposes.includes(purpose))) return undefined;
      return { expected: 'serverAuth and clientAuth, or any', found: purposes.join(', ') };
    }),
  },
  {
    code: 'SERIAL_REPEATED',
    severity: 'fatal',
    expects: 'a serial number of its own for each certificate of an issuer',
    why: 'issuer and serial number name a certificate (RFC 5280, 4.1.2.2): revocation, and the log of istiod, could mean either. No verifier of a path compares them.',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: repeatedSerials,
  },
];

function each(
  look: (profile: Profile, certificate: Certificate) => Omit<ProblemDetails, 'object'> | undefined,
): CaCheck['find'] {
  return (set) =>
    madeAnew(set).flatMap((one) => {
      const found = look(one.profile, one);
      return found === undefined ? [] : [{ object: inSet(one, set), ...found }];
    });
}

const malformed = each(({ version }, one) => {
  const found = version === 2 ? 'version 2, of which Go reads no extension' : malformedIn(one);
  return found === undefined ? undefined : { expected: 'a certificate that Go reads', found };
});

function otherBlocks(set: SeenSet): readonly ProblemDetails[] {
  const texts = set.texts.filter(
    ({ part }) => part !== 'key' && !(part === 'root' && set.needs.rootsInUse === true),
  );
  return toldOf({ ...set, texts }, 'CERT_MALFORMED');
}

/** Signer, issuers and roots, each once; without the roots that are in use. */
function madeAnew(set: SeenSet): readonly Certificate[] {
  const all = [...(set.signer === undefined ? [] : [set.signer]), ...pathOf(set), ...(set.roots ?? [])];
  return distinct(all).filter((one) => !isInUse(set, one));
}

const curves = ['prime256v1', 'secp384r1', 'secp521r1'];

function unfitKey({ x509: { publicKey }, profile }: Certificate): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = publicKey;
  const { modulusLength = 0, namedCurve = 'a curve without a name' } = details;
  if (type === 'rsa' && modulusLength < 2048) return `RSA ${modulusLength}`;
  if (type !== 'rsa' && type !== 'ec') return type ?? 'an unknown kind';
  const odd = oddOfKey(publicKey, profile.publicKeyInfo);
  if (odd !== undefined || type === 'rsa') return odd;
  return curves.includes(namedCurve) ? undefined : `EC ${namedCurve}`;
}

function isNegative(serial: Buffer): boolean {
  return ((serial[0] ?? 0) & 0x80) !== 0;
}

function unfitSerial(serial: Buffer): string | undefined {
  if (isNegative(serial)) return 'a negative one';
  if (serial.every((byte) => byte === 0)) return 'zero';
  return serial.length > 20 ? `one of ${serial.length} bytes` : undefined;
}

/** Of 2.5.29: those that Go, OpenSSL and BoringSSL all act upon where they are critical. */
const known = new Set(
  ['15', '17', '19', '30', '31', '32', '33', '36', '37', '54'].map((arc) => `2.5.29.${arc}`),
);
const subjectKeyIds = ['2.5.29.14', extensionTypes.authorityKeyIdentifier];
/** Tags of GeneralName that Go understands in constraints: mail, DNS, URI and IP. */
const constrainable = [1, 2, 6, 7];

/** The critical extensions that some verifier does not know. */
export function unknownCritical({ extensions, constraints }: Profile): readonly string[] {
  return extensions.flatMap(({ type, critical }) => {
    if (!critical) return [];
    if (!known.has(type))
      return [subjectKeyIds.includes(type) ? `${type}, which must not be critical` : type];
    const names = type === extensionTypes.nameConstraints ? constraints : undefined;
    const other = [...(names?.permitted ?? []), ...(names?.excluded ?? [])].find(
      ({ kind }) => !constrainable.includes(kind),
    );
    return other === undefined ? [] : [`nameConstraints of kind ${other.kind}`];
  });
}

function unfitConstraints({ extensions, constraints }: Profile): readonly string[] {
  const all = [...(constraints?.permitted ?? []), ...(constraints?.excluded ?? [])];
  const isCritical = extensions.some(
    ({ type, critical }) => critical && type === extensionTypes.nameConstraints,
  );
  return [
    ...(!isCritical && all.some(({ kind }) => kind === 4) ? ['nameConstraints of kind 4'] : []),
    ...(all.some(({ isBounded }) => isBounded) ? ['nameConstraints with a minimum or a maximum'] : []),
  ];
}

function asksForPolicies({ extensions }: Profile): readonly string[] {
  const has = extensions.some(({ type }) => type === extensionTypes.policyConstraints);
  return has ? ['policyConstraints'] : [];
}

const anyPurpose = '2.5.29.37.0';
const tlsPurposes = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];

function repeatedSerials({ signer, chain, roots = [], object }: SeenSet): readonly ProblemDetails[] {
  const all = [...(signer === undefined ? [] : [signer]), ...chain, ...roots];
  return sameSerials(all).map((found) => ({ object, expected: 'serial numbers that differ', found }));
}

/** Certificates of one issuer and one serial number that are not the same, in words. */
export function sameSerials(certificates: readonly Certificate[]): readonly string[] {
  const groups = Map.groupBy(distinct(certificates), ({ issuer, serial }) => `${serial} of "${issuer}"`);
  return (
    [...groups]
      // Roots that were renewed with their key and number are one signer to all.
      .filter(([, group]) => group.length > 1 && !group.every((one) => isIssuedBy(one, one)))
      .map(([name, group]) => `${name} in ${group.map(({ subject }) => `"${subject}"`).join(' and ')}`)
  );
}

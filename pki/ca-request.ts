import { Problem } from '../problems/problem.ts';
import { fromDer, type Node } from './asn1.ts';
import { parseCsr, type CertificateRequest } from './csr.ts';
import { basicConstraints, keyUsage } from './extensions.ts';
import { oddOfKey } from './key-encoding.ts';
import { localitiesOf, nameHasUnseen, printName } from './name.ts';
import { oids } from './oids.ts';
import { readPemText } from './pem.ts';
import { children, content, isTrue } from './read-asn1.ts';
import { algorithmOf } from './sign.ts';

/** A request for the intermediate of a unit, whose key has signed it. */
export interface CaRequest extends CertificateRequest {
  /** By the L of its subject; a DNS label. */
  readonly unit: string;
  /** As istiod prints it. */
  readonly name: string;
}

/**
 * What a request may ask for: what every intermediate is given, to the byte. A request for a CA may leave open how long
 * paths below it may be, and is then given 0; how its key is called is for the issuer to say.
 */
const given: ReadonlyMap<string, readonly Node[]> = new Map([
  [oids.basicConstraints, [basicConstraints(true), basicConstraints(true, 0)]],
  [oids.keyUsage, [keyUsage(true)]],
]);

const labels = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'];
/** Also where a line has lost something, so that it begins or ends no block. */
const boundary = /(?:BEGIN|END) (?:NEW )?CERTIFICATE REQUEST/g;

/**
 * Reads every request of a PEM text. Throws Problem BAD_CSR, also where one of many is damaged; REQUEST_REFUSED where
 * what would be made is not what one asks for; KEY_NOT_SUPPORTED. `object` names the text in errors.
 */
export function readCaRequests(pem: string, object: string): readonly CaRequest[] {
  const blocks = readPemText(pem).blocks.filter(({ label }) => labels.includes(label));
  const lines = pem.match(boundary) ?? [];
  if (lines.length !== 2 * blocks.length) {
    throw new Problem('BAD_CSR', {
      object,
      expected: 'a BEGIN line before every request, and an END line behind it, each a line of its own',
      found: `${blocks.length} whole requests, and a part of one`,
    });
  }
  const texts = blocks.length === 0 ? [pem] : blocks.map(({ text }) => text);
  return texts.map((text, index) =>
    readCaRequest(text, texts.length === 1 ? object : `request ${index + 1} of ${object}`),
  );
}

function readCaRequest(pem: string, object: string): CaRequest {
  const request = parseCsr(pem, object);
  const { name, isPlain, localities } = readSubject(request.subject, object);
  const refuse = (expected: string, found: string): never => {
    throw new Problem('REQUEST_REFUSED', { object, expected, found });
  };
  // What it asks for is shown to whoever signs, and is to look as it is.
  if (!isPlain) refuse('a subject without control characters', name);
  verifyKey(request, `the key of ${object}`);
  const known = [...given.keys(), oids.subjectKeyIdentifier];
  const others = request.extensions.filter(({ type }) => !known.includes(type)).map(({ type }) => type);
  if (others.length > 0) refuse('a request for a CA, and no other extension', others.join(', '));
  for (const { type, value } of request.extensions) {
    const found = otherThanGiven(type, value);
    if (found !== undefined) refuse('a request for a CA: CA:TRUE, pathlen 0, keyCertSign and cRLSign', found);
  }
  const [unit = '', ...more] = localities;
  if (more.length > 0 || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(unit))
    refuse('a subject whose L is the name of the unit', name === '' ? 'an empty one' : name);
  return { ...request, unit, name };
}

function readSubject(der: Buffer, object: string) {
  try {
    const subject = fromDer(der);
    return { name: printName(subject), isPlain: !nameHasUnseen(subject), localities: localitiesOf(subject) };
  } catch (error) {
    throw new Problem('BAD_CSR', { object, found: 'a subject that is no name' }, { cause: error });
  }
}

/** A certificate has the key as the request has written it. */
function verifyKey({ publicKey, publicKeyInfo }: CertificateRequest, object: string): void {
  algorithmOf(publicKey, object);
  const found = oddOfKey(publicKey, publicKeyInfo);
  if (found === undefined) return;
  throw new Problem('KEY_NOT_SUPPORTED', {
    object,
    expected:
      'an odd RSA exponent from 3 to 2147483647 and at most 8192 bits, or EC on a named curve with a whole point',
    found,
  });
}

/** What a request asks for that an intermediate is not given, in words. */
function otherThanGiven(type: string, value: Buffer): string | undefined {
  const same = given.get(type)?.some((node) => content(children(node).at(-1)).equals(value));
  if (same !== false) return undefined;
  if (type === oids.keyUsage) return 'another keyUsage';
  return isTrue(children(fromDer(value))[0]) ? 'another pathlen' : 'basicConstraints with CA:FALSE';
}

/** Throws Problem REQUEST_REFUSED where two are of one unit, or of one key. */
export function verifyDistinct(requests: readonly CaRequest[]): void {
  for (const [index, request] of requests.entries()) {
    const before = requests.slice(0, index);
    const of = (found: string): Problem =>
      new Problem('REQUEST_REFUSED', {
        object: `the request of "${request.name}"`,
        expected: 'one request a unit, each of a key of its own',
        found,
      });
    if (before.some(({ unit }) => unit === request.unit)) throw of(`another of ${request.unit}`);
    const same = before.find(({ publicKey }) => publicKey.equals(request.publicKey));
    if (same !== undefined) throw of(`the key of ${same.unit}`);
  }
}

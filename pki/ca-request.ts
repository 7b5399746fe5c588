import { Problem } from '../problems/problem.ts';
import { fromDer } from './asn1.ts';
import { parseCsr, type CertificateRequest } from './csr.ts';
import { oddOfKey } from './key-encoding.ts';
import { localitiesOf, nameHasUnseen, printName } from './name.ts';
import { oids } from './oids.ts';
import { readPemText } from './pem.ts';
import { children, isTrue } from './read-asn1.ts';
import { algorithmOf } from './sign.ts';

/** A request for the intermediate of a unit, whose key has signed it. */
export interface CaRequest extends CertificateRequest {
  /** By the L of its subject; a DNS label. */
  readonly unit: string;
  /** As istiod prints it. */
  readonly name: string;
}

/** What an intermediate is given whatever its request says; anything else would be left out without a word. */
const given: ReadonlySet<string> = new Set([oids.basicConstraints, oids.keyUsage, oids.subjectKeyIdentifier]);

const labels = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'];
/** Also where a line has lost something, so that it begins or ends no block. */
const boundary = /(?:BEGIN|END) (?:NEW )?CERTIFICATE REQUEST/g;

/**
 * Reads every request of a PEM text. Throws Problem BAD_CSR, also where one of many is damaged; REQUEST_REFUSED where what would be made is not what one
 * asks for; KEY_NOT_SUPPORTED. `object` names the text in errors.
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
  const subject = fromDer(request.subject);
  const name = printName(subject);
  const refuse = (expected: string, found: string): never => {
    throw new Problem('REQUEST_REFUSED', { object, expected, found });
  };
  // What it asks for is shown to whoever signs, and is to look as it is.
  if (nameHasUnseen(subject)) refuse('a subject without control characters', name);
  verifyKey(request, `the key of ${object}`);
  const others = request.extensions.filter(({ type }) => !given.has(type)).map(({ type }) => type);
  if (others.length > 0) refuse('a request for a CA, and no other extension', others.join(', '));
  if (!request.extensions.every(mayBeCa)) refuse('a request for a CA', 'basicConstraints with CA:FALSE');
  const [unit = '', ...more] = localitiesOf(subject);
  if (more.length > 0 || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(unit))
    refuse('a subject whose L is the name of the unit', name === '' ? 'an empty one' : name);
  return { ...request, unit, name };
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

function mayBeCa({ type, value }: CertificateRequest['extensions'][number]): boolean {
  return type !== oids.basicConstraints || isTrue(children(fromDer(value))[0]);
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

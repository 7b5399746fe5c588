import { createPublicKey, X509Certificate } from 'node:crypto';
import { Problem, type ProblemDetails } from '../problems/problem.ts';
import { certificatesAmong, cutOff, fromDerBytes, parseBlock, type Certificate } from './certificate.ts';
import { isEncryptedKey } from './encrypted-key.ts';
import { formOf, type Form } from './forms.ts';
import { readKeyBlock } from './key-block.ts';
import { keyFacts, privateKeyFacts, type KeyFacts } from './key-facts.ts';
import { readPemText } from './pem.ts';

/** All that a file, or a value of a Secret, turned out to hold. */
export interface Recognised {
  /** In their order, duplicates included. */
  readonly certificates: readonly Certificate[];
  /** Facts only: the keys themselves are forgotten. */
  readonly keys: readonly KeyFacts[];
  /** How many private keys there are, those counted that cannot be read. */
  readonly keyBlocks: number;
  /** Of the first block, such as `CERTIFICATE`; undefined where there is none. */
  readonly firstLabel: string | undefined;
  /** What is wrong with it, or odd about it: described rather than thrown. */
  readonly findings: readonly Problem[];
  /** The text as istiod would read it; empty where it is in another form. A credential where `keys` has any. */
  readonly pem: string;
}

/** Describes bytes, whatever they are. `object` names them in findings, which quote nothing of them. */
export function recognise(bytes: Buffer, object: string): Recognised {
  const form = formOf(bytes);
  const inside = form.kind === 'pem' ? readPem(form.text, object) : readOther(form);
  const findings = form.told === undefined ? [] : [problemOf(form, object)];
  return { ...inside, findings: [...findings, ...inside.findings], pem: form.isPlain ? form.text : '' };
}

/** NOT_PEM where bytes hold something that istiod would read in PEM alone. */
export function otherForm(bytes: Buffer, object: string): Problem | undefined {
  const form = formOf(bytes);
  const problem = form.told === undefined ? undefined : problemOf(form, object);
  return problem?.code === 'NOT_PEM' ? problem : undefined;
}

type Inside = Omit<Recognised, 'pem'>;

function problemOf({ told, hint, kind }: Form, object: string): Problem {
  const code = kind === 'nothing' ? 'NO_CERTIFICATE' : 'NOT_PEM';
  return new Problem(code, {
    object,
    found: told ?? 'another form',
    ...(hint === undefined ? {} : { hint }),
  });
}

function readOther({ der }: Form): Inside {
  const none = { certificates: [], keys: [], keyBlocks: 0, firstLabel: undefined, findings: [] };
  if (der === undefined) return none;
  const key = privateKeyFacts(der);
  return key === undefined
    ? { ...none, certificates: [fromDerBytes(new X509Certificate(der).raw)] }
    : { ...none, keys: [key], keyBlocks: 1 };
}

function readPem(text: string, object: string): Inside {
  const findings: Problem[] = [];
  const note = (code: ConstructorParameters<typeof Problem>[0], more: Partial<ProblemDetails> = {}): void => {
    findings.push(new Problem(code, { object, ...more }));
  };
  const { blocks, broken, hasOther } = readPemText(text);
  if (broken.includes('CERTIFICATE')) findings.push(cutOff(object));
  const certificates = certificatesAmong(blocks).flatMap((block, index) => {
    try {
      return [parseBlock(block, `certificate ${index + 1} of ${object}`)];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      findings.push(error);
      return [];
    }
  });
  const keyBlocks = blocks.filter(({ label }) => isKey(label));
  const keys = keyBlocks.flatMap((block) => {
    const key = readKeyBlock(block);
    return key === undefined ? [] : [keyFacts(createPublicKey(key))];
  });
  if (keyBlocks.some((block) => isEncryptedKey(block.text))) note('KEY_ENCRYPTED');
  else if (keys.length < keyBlocks.length || broken.some(isKey)) note('BAD_KEY');
  if (certificates.length > 0 && keyBlocks.length > 0) note('KEY_AMONG_CERTIFICATES');
  const others = blocks.map(({ label }) => label).filter(isForeign);
  if (certificates.length + keyBlocks.length === 0 && findings.length === 0)
    note('NO_CERTIFICATE', {
      found: others.length === 0 ? 'text' : others.map((label) => `a block ${label}`).join(', '),
      ...conversions.get(others[0] ?? ''),
    });
  else if (hasOther || others.some(isRequest)) note('TEXT_AROUND_PEM');
  const [lost] = certificates.length === 0 ? [] : others.filter((label) => !isRequest(label));
  if (lost !== undefined)
    note('CERT_MALFORMED', {
      expected: 'blocks CERTIFICATE',
      found: `a block ${lost} among them`,
      ...(conversions.get(lost) ?? { hint: 'take it out' }),
    });
  if (text.includes('\r\n')) note('CRLF_IN_PEM');
  return { certificates, keys, keyBlocks: keyBlocks.length, firstLabel: blocks[0]?.label, findings };
}

/** Blocks that hold certificates as nobody here reads them, and what makes others of them. */
const conversions: ReadonlyMap<string, { readonly hint: string }> = new Map([
  ['TRUSTED CERTIFICATE', { hint: 'convert it: openssl x509 -in FILE -out FILE.pem' }],
  ['X509 CERTIFICATE', { hint: 'convert it: openssl x509 -in FILE -out FILE.pem' }],
  ['PKCS7', { hint: 'convert it: openssl pkcs7 -in FILE -print_certs -out FILE.pem' }],
  ['CMS', { hint: 'convert it: openssl pkcs7 -in FILE -print_certs -out FILE.pem' }],
]);

/** Neither read here nor harmless: openssl puts EC PARAMETERS before a key. */
function isForeign(label: string): boolean {
  return label !== 'CERTIFICATE' && label !== 'EC PARAMETERS' && !isKey(label);
}

/** What a certificate was asked for with: to all it is text. */
function isRequest(label: string): boolean {
  return label.endsWith('CERTIFICATE REQUEST');
}

function isKey(label: string): boolean {
  return label.endsWith('PRIVATE KEY');
}

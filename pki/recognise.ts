import { X509Certificate } from 'node:crypto';
import { Problem } from '../problems/problem.ts';
import { certificateBlocks, fromDerBytes, parseBlock, type Certificate } from './certificate.ts';
import { formOf, type Form } from './forms.ts';
import { privateKeyFacts, type KeyFacts } from './key-facts.ts';

/** All that a file, or a value of a Secret, turned out to hold. */
export interface Recognised {
  /** In their order, duplicates included. */
  readonly certificates: readonly Certificate[];
  /** Facts only: the keys themselves are forgotten. */
  readonly keys: readonly KeyFacts[];
  /** What is wrong with it, or odd about it: described rather than thrown. */
  readonly findings: readonly Problem[];
  /** The text as istiod would read it; empty where it is in another form. A credential where `keys` has any. */
  readonly pem: string;
}

const keyBlock = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----[\s\S]*?-----END \1-----/g;
const anyBlock = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** Describes bytes, whatever they are. `object` names them in findings, which quote nothing of them. */
export function recognise(bytes: Buffer, object: string): Recognised {
  const form = formOf(bytes);
  const inside = form.kind === 'pem' ? readPem(form.text, object) : readOther(form);
  const findings = form.told === undefined ? [] : [problemOf(form, object)];
  return { ...inside, findings: [...findings, ...inside.findings], pem: form.isPlain ? form.text : '' };
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
  if (der === undefined) return { certificates: [], keys: [], findings: [] };
  const key = privateKeyFacts(der);
  return key === undefined
    ? { certificates: [fromDerBytes(new X509Certificate(der).raw)], keys: [], findings: [] }
    : { certificates: [], keys: [key], findings: [] };
}

function readPem(text: string, object: string): Inside {
  const findings: Problem[] = [];
  const note = (code: ConstructorParameters<typeof Problem>[0], found?: string): void => {
    findings.push(new Problem(code, { object, ...(found === undefined ? {} : { found }) }));
  };
  const certificates = blocksOf(text, object, findings).flatMap((block, index) => {
    try {
      return [parseBlock(block, `certificate ${index + 1} of ${object}`)];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      findings.push(error);
      return [];
    }
  });
  const keyTexts = text.match(keyBlock) ?? [];
  const keys = keyTexts.flatMap((key) => privateKeyFacts(key) ?? []);
  if (keyTexts.some(isEncrypted)) note('KEY_ENCRYPTED');
  else if (keys.length < keyTexts.length) note('BAD_KEY');
  if (certificates.length > 0 && keyTexts.length > 0) note('KEY_AMONG_CERTIFICATES');
  const others = [...text.matchAll(anyBlock)].map(([, label = '']) => label).filter(isForeign);
  if (certificates.length + keyTexts.length === 0 && findings.length === 0)
    note(
      'NO_CERTIFICATE',
      others.length === 0 ? 'text' : others.map((label) => `a block ${label}`).join(', '),
    );
  else if (around(text)) note('TEXT_AROUND_PEM');
  if (text.includes('\r\n')) note('CRLF_IN_PEM');
  return { certificates, keys, findings };
}

/** A block that is cut off keeps the others from being read by istiod; here it is only told. */
function blocksOf(text: string, object: string, findings: Problem[]): readonly string[] {
  try {
    return certificateBlocks(text, object);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    findings.push(error);
    return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  }
}

function isEncrypted(key: string): boolean {
  return /BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(key);
}

/** Neither read here nor harmless: openssl puts EC PARAMETERS before a key. */
function isForeign(label: string): boolean {
  return label !== 'CERTIFICATE' && label !== 'EC PARAMETERS' && !label.endsWith('PRIVATE KEY');
}

function around(text: string): boolean {
  return (
    text
      .replaceAll(anyBlock, '')
      .replaceAll(/-----BEGIN [A-Z0-9 ]+-----[\s\S]*/g, '')
      .trim() !== ''
  );
}

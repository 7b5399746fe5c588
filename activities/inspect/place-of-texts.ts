import { basename } from 'node:path';
import { parseBundle } from '../../pki/bundle.ts';
import { checkCaSet, checkSigner } from '../../pki/ca-set.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { certificateKey, type KeyFacts } from '../../pki/key-facts.ts';
import { isIssuedBy } from '../../pki/path.ts';
import { recognise, type Recognised } from '../../pki/recognise.ts';
import { Problem } from '../../problems/problem.ts';
import type { HeldKey, Holding, HoldingType, Place } from './place.ts';
import { anchorNames, chainNames, setLayouts, type SetLayout } from './set-layouts.ts';

/** Texts that belong together: the files of a folder, the values of a Secret. */
export interface Texts {
  readonly kind: Place['kind'];
  readonly object: string;
  readonly cluster?: string;
  /** By name, in the order to show. */
  readonly texts: ReadonlyMap<string, Buffer>;
  /** A root-cert.pem that stands elsewhere, for a set that has none of its own: by its path. */
  readonly roots?: { readonly name: string; readonly bytes: Buffer } | undefined;
  readonly at: Date;
}

/**
 * Looks at texts as one place. Private keys are read, compared and forgotten here. What is wrong with a text is
 * a finding; nothing is thrown.
 */
export function placeOfTexts({ kind, object, cluster, texts, roots, at }: Texts): Place {
  const parts = [...texts].map(([name, bytes]) => ({ name, seen: recognise(bytes, name) }));
  const holdings = parts.flatMap(({ name, seen }) =>
    seen.certificates.map((certificate): Holding => ({
      name,
      type: typeOf(name, certificate),
      status: 'STORED',
      certificate,
    })),
  );
  const elsewhere = roots === undefined ? undefined : recognise(roots.bytes, roots.name);
  const set = judgeSet(new Map(parts.map(({ name, seen }) => [basename(name), seen])), elsewhere, {
    object,
    at,
  });
  return {
    kind,
    object,
    cluster,
    holdings,
    keys: parts.flatMap(({ name, seen }) => seen.keys.map((key) => heldKey(name, key, holdings))),
    findings: [...parts.flatMap(({ seen }) => seen.findings), ...set.findings],
    path: set.path,
  };
}

function typeOf(name: string, certificate: Certificate): HoldingType {
  const file = basename(name);
  if (anchorNames.has(file)) return 'CA';
  if (chainNames.has(file)) return 'Cert Chain';
  return certificate.isCa && isIssuedBy(certificate, certificate) ? 'CA' : 'Cert Chain';
}

function heldKey(name: string, { kind, publicKey }: KeyFacts, holdings: readonly Holding[]): HeldKey {
  const own = holdings.filter(({ certificate }) => certificateKey(certificate).publicKey === publicKey);
  return { name, kind, matches: [...new Set(own.map((holding) => holding.name))] };
}

/**
 * Whether peers would accept what istiod signs with a set, as far as it can be told: without a root, whether the
 * other parts fit together. Nothing where there is no set, or a part of it cannot be read.
 */
function judgeSet(
  parts: ReadonlyMap<string, Recognised>,
  elsewhere: Recognised | undefined,
  of: { readonly object: string; readonly at: Date },
): Pick<Place, 'findings' | 'path'> {
  const text = (name: string) => parts.get(name)?.pem ?? '';
  const layout = setLayouts.find((one) => isThere(one, parts));
  const isOdd = [...parts.values()].some(({ findings }) =>
    findings.some(({ code }) => code.startsWith('BAD_')),
  );
  if (layout === undefined || isOdd) return { findings: [], path: [] };
  const root = text(layout.root) || (elsewhere?.pem ?? '');
  try {
    const [cert] = parseBundle(text(layout.cert), layout.cert);
    const chain = layout.chain === undefined ? '' : text(layout.chain);
    const set = { root, cert: cert?.pem ?? '', key: text(layout.key), chain };
    if (root !== '') return { findings: [], path: checkCaSet(set, of).path };
    checkSigner(set, of);
  } catch (error) {
    if (error instanceof Problem) return { findings: [error], path: [] };
    throw error;
  }
  return { findings: [], path: [] };
}

/** A set that signs by itself has no chain: one that has is of another layout, though its root may be missing. */
function isThere({ cert, key, chain }: SetLayout, parts: ReadonlyMap<string, Recognised>): boolean {
  const has = (name: string) => (parts.get(name)?.pem ?? '') !== '';
  return has(cert) && has(key) && (chain === undefined ? !has('cert-chain.pem') : has(chain));
}

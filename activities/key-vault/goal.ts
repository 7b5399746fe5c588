import type { ObjectNames } from '../../fleet/fleet.ts';
import { composeBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { mostBytes } from '../../pki/checks/limits.ts';
import { Problem } from '../../problems/problem.ts';
import type { SourceWrite } from '../../rotation/plan.ts';
import { sameList } from '../../rotation/trust.ts';
import type { UnitCa } from '../new-ca/new-ca.ts';
import type { PrivateKey } from '../private-key.ts';
import type { HeldSet, Part } from './held-set.ts';
import { addTo, findCertificates, findKey, type Pool } from './past-versions.ts';
import { rootText } from './root-text.ts';
import { bundleDigest } from './tags.ts';
import type { Vault } from './vault.ts';

/** What a write wants one object to hold. */
export interface PartGoal {
  readonly part: Part;
  /** A private key where the part is `key`: goes nowhere but into the vault. */
  readonly text: () => string;
  readonly sha256: string;
  /** Whether a set holds it already: by its certificates, and where it is to be as it was before, to the byte. */
  readonly isIn: (set: HeldSet) => boolean;
}

/** Where the bytes of a write come from. */
export interface Sources {
  readonly vault: Vault;
  readonly objects: ObjectNames;
  readonly held: HeldSet;
  readonly roots: readonly Certificate[];
  readonly unitCa: UnitCa | undefined;
  /** On the way back: what the set was before, whose bytes are to be there again. */
  readonly former: HeldSet | undefined;
}

/**
 * The objects that a write names, in the order in which they must be written: roots first, since nothing may
 * be signed with whose root is not out; then the chain, which must hold a certificate before that signs; then
 * key and certificate, which protect each other while they do not match. All bytes are found before anything is
 * written. Throws Problem CERTIFICATE_NOT_FOUND, SIGNING_KEY_NOT_FOUND, BUNDLE_TOO_LARGE.
 */
export async function goalsOf(write: SourceWrite, sources: Sources): Promise<readonly PartGoal[]> {
  const pool = await poolFor(write, sources);
  const root = write.roots === undefined ? [] : [rootGoal(write.roots, pool, sources)];
  const chain = write.chain === undefined ? [] : [chainGoal(write.chain, pool, sources)];
  const pair = write.signer === undefined ? [] : await pairGoals(get(pool, write.signer), sources);
  const goals = [...root, ...chain, ...pair];
  for (const goal of goals) checkSize(goal, sources);
  return goals;
}

/** Bytes in the source now come first: a bundle that grows must keep the bytes that istiod compares. */
async function poolFor(write: SourceWrite, sources: Sources): Promise<Pool> {
  const { vault, objects, held, roots, unitCa, former } = sources;
  const pool: Pool = new Map();
  addTo(pool, [...held.roots, ...held.chain, held.cert, ...roots]);
  if (unitCa !== undefined) addTo(pool, [unitCa.cert, ...unitCa.chain]);
  if (former !== undefined) addTo(pool, [...former.roots, ...former.chain, former.cert]);
  const signer = write.signer === undefined ? [] : [write.signer];
  await findCertificates(vault, objects, pool, [...(write.roots ?? []), ...(write.chain ?? []), ...signer]);
  return pool;
}

function rootGoal(wanted: readonly string[], pool: Pool, { held, former }: Sources): PartGoal {
  const text = rootText(wanted, held, { get: (fingerprint) => get(pool, fingerprint), former });
  return {
    part: 'root',
    text: () => text,
    sha256: bundleDigest(wanted),
    isIn: (set) =>
      text === former?.rootText ? set.rootText === text : sameList(set.roots.map(fingerprintOf), wanted),
  };
}

function chainGoal(wanted: readonly string[], pool: Pool, { former }: Sources): PartGoal {
  const isFormer = former !== undefined && sameList(former.chain.map(fingerprintOf), wanted);
  const text = isFormer ? former.chainText : composeBundle(wanted.map((each) => get(pool, each)));
  return {
    part: 'chain',
    text: () => text,
    sha256: bundleDigest(wanted),
    isIn: (set) => (isFormer ? set.chainText === text : sameList(set.chain.map(fingerprintOf), wanted)),
  };
}

async function pairGoals(cert: Certificate, sources: Sources): Promise<readonly PartGoal[]> {
  const key = await keyOf(cert, sources);
  const { former } = sources;
  const isFormer = former?.cert.fingerprint === cert.fingerprint;
  const certText = isFormer ? former.certText : cert.pem;
  return [
    {
      part: 'key',
      text: () => key.reveal(),
      sha256: cert.fingerprint,
      isIn: (set) => (key === former?.key ? set.key.reveal() === key.reveal() : set.key.matches(cert)),
    },
    {
      part: 'cert',
      text: () => certText,
      sha256: cert.fingerprint,
      isIn: (set) => (isFormer ? set.certText === certText : set.cert.fingerprint === cert.fingerprint),
    },
  ];
}

async function keyOf(cert: Certificate, sources: Sources): Promise<PrivateKey> {
  const { vault, objects, held, unitCa, former } = sources;
  if (former?.cert.fingerprint === cert.fingerprint && former.key.matches(cert)) return former.key;
  if (held.key.matches(cert)) return held.key;
  if (unitCa?.cert.fingerprint === cert.fingerprint) return unitCa.key;
  return findKey(vault, objects.key, cert);
}

function checkSize(goal: PartGoal, { vault, objects, held }: Sources): void {
  const bytes = Buffer.byteLength(goal.text());
  if (bytes <= mostBytes.keyVaultSecret || goal.isIn(held)) return;
  throw new Problem('BUNDLE_TOO_LARGE', {
    object: `secret ${objects[goal.part]} in ${vault.url}`,
    expected: `at most ${mostBytes.keyVaultSecret} bytes`,
    found: String(bytes),
  });
}

function get(pool: Pool, fingerprint: string): Certificate {
  const certificate = pool.get(fingerprint);
  if (certificate === undefined) throw new RangeError(`expected ${fingerprint} to have been found`);
  return certificate;
}

function fingerprintOf({ fingerprint }: Certificate): string {
  return fingerprint;
}

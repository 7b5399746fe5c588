import type { Certificate } from '../../pki/certificate.ts';
import { verifyPath } from '../../pki/path.ts';
import { Problem } from '../../problems/problem.ts';
import { sameList, type Fingerprint, type Signer } from '../../rotation/trust.ts';
import type { FormerReading, SourceReading } from '../ca-source.ts';
import { distinct } from '../../pki/distinct.ts';
import type { FormerSet } from './former-set.ts';
import { parts, type HeldSet, type SetReader } from './held-set.ts';
import { leaseOf } from './lease.ts';
import { placeOf } from './source-name.ts';
import { unfinishedWalk } from './unfinished-walk.ts';
import type { Vault } from './vault.ts';

/**
 * Reads the source as one set. The private key is compared here and goes no further.
 * @param restorable versions that were found to be so before, as `secret/version`: a version never changes, and one
 *   that is disabled meanwhile is not served as the newest; rights that are lost are noticed at the next version, or
 *   where the source is opened anew
 */
export async function readSource(sets: SetReader, restorable: Set<string>): Promise<SourceReading> {
  const { vault, objects } = sets;
  const held = await sets.read();
  const { roots, chain, cert, key, versions } = held;
  const signer = signerOf(held);
  const lease = leaseOf(held.facts.root.tags);
  const unfinished = unfinishedWalk(held);
  return {
    observed: {
      kind: 'keyVault',
      roots: roots.map(fingerprintOf),
      signer,
      certificate: cert.fingerprint,
      ...(signer === undefined && key.matches(cert) ? { paired: true } : {}),
      chain: chain.map(fingerprintOf),
      atomic: false,
      restorable: await isRestorable(sets, held, restorable),
      heldBy: lease?.rotationId,
      ...(lease === undefined ? {} : { heldUntil: lease.until.toISOString() }),
      ...(unfinished === undefined ? {} : { unfinished }),
      place: placeOf(vault.url, objects),
    },
    versions,
    certificates: distinct([...roots, ...chain, cert]),
  };
}

/**
 * A set that the source once held; a chain that lacks its own signer must never be written again. Throws Problem
 * FORMER_SIGNER_UNUSABLE where nothing could be signed with it today.
 */
export function formerReading(
  { set, wrote, certificates }: FormerSet,
  now: HeldSet,
  object: string,
): FormerReading {
  const { roots, chain, cert } = set;
  const signer = signerOf(set);
  if (signer === undefined) {
    throw new Problem('FORMER_SIGNER_UNUSABLE', {
      object,
      expected: 'certificate and key that match, and verify to a root of the bundle beside them',
      found: `"${cert.subject}" in version ${set.versions.cert}, valid until ${cert.notAfter.toISOString()}`,
    });
  }
  const whole = chain.some(({ fingerprint }) => fingerprint === cert.fingerprint);
  const isIntermediate = !wrote.includes('root') && staysBelow(now, set.roots, signer.root);
  return {
    kind: wrote.length === 0 ? undefined : isIntermediate ? 'intermediate' : 'root',
    observed: {
      roots: roots.map(fingerprintOf),
      signer: whole ? signer : { ...signer, chain: [signer.fingerprint, ...signer.chain] },
    },
    certificates: distinct([...roots, ...chain, cert]),
    had: [...new Set([cert.fingerprint, ...certificates])],
  };
}

function signerOf(set: HeldSet): Signer | undefined {
  const { cert, key, chain } = set;
  const root = key.matches(cert) ? rootAbove(set) : undefined;
  if (root === undefined) return undefined;
  return { fingerprint: cert.fingerprint, root, chain: chain.map(fingerprintOf) };
}

/** Whether a set has these roots, and its certificate is below this one of them. */
function staysBelow(set: HeldSet, roots: readonly Certificate[], root: Fingerprint): boolean {
  return sameList(set.roots.map(fingerprintOf), roots.map(fingerprintOf)) && rootAbove(set) === root;
}

function rootAbove({ cert, chain, roots }: HeldSet): Fingerprint | undefined {
  const found = verifyPath({ leaf: cert, presented: chain, roots, at: new Date() });
  return found.ok ? found.path.at(-1)?.fingerprint : undefined;
}

/**
 * Whether what is there now could be put back after a write: every version can be read by its id, which
 * access policies and private emulators may refuse though they serve the newest, and is listed as enabled,
 * which is how a rollback finds it.
 */
async function isRestorable(
  { vault, objects }: SetReader,
  held: HeldSet,
  known: Set<string>,
): Promise<boolean> {
  const each = await Promise.all(
    parts.map(async (part) => {
      const { [part]: secret } = objects;
      const version = held.versions[part];
      const name = `${secret}/${version}`;
      if (known.has(name)) return true;
      const listed = (await vault.versions(secret)).find((one) => one.version === version);
      if (listed?.enabled !== true || !(await isReadable(vault, secret, version))) return false;
      known.add(name);
      return true;
    }),
  );
  return each.every(Boolean);
}

async function isReadable(vault: Vault, secret: string, version: string): Promise<boolean> {
  try {
    return (await vault.version(secret, version)).facts.version === version;
  } catch (error) {
    if (error instanceof Problem && !error.retryable && error.code !== 'KEY_VAULT_FORBIDDEN') return false;
    throw error;
  }
}

function fingerprintOf({ fingerprint }: Certificate): string {
  return fingerprint;
}

import { createHash } from 'node:crypto';
import type { ObjectNames } from '../../fleet/fleet.ts';
import { composeBundle, parseBundle } from '../../pki/bundle.ts';
import { Problem } from '../../problems/problem.ts';
import type { UnitCa } from '../new-ca/new-ca.ts';
import { cancellation } from '../kube/heartbeat.ts';
import { PrivateKey } from '../private-key.ts';
import type { StagedSet, Staging } from '../staging.ts';
import { vaultName } from './source-name.ts';
import { tagNames } from './tags.ts';
import type { SecretVersion, Vault, VersionFacts } from './vault.ts';

/** Key Vault takes no longer name. */
const longestName = 127;
const suffix = '-meshturn-next';

/** Told by `az keyvault secret show` before anybody looks at the value. */
const contentType = 'application/x-pem-file';

/** SHA-256 of the public key, on versions of this secret only. */
const keyTag = 'meshturn-key';

/** Which of the certificates of its key it is, since one may take another's place within a second. */
const turnTag = 'meshturn-certificate';

/** A key and, behind it, the certificates that were issued for it. */
const form = /^(-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----\n)([^]*)$/;

/** The secret beside a CA source in which its next CA is staged; of two long names that begin alike each has its own. */
export function stagedName({ key }: Pick<ObjectNames, 'key'>): string {
  if (key.length + suffix.length <= longestName) return `${key}${suffix}`;
  // Key Vault tells no case apart.
  const digest = createHash('sha256').update(key.toLowerCase()).digest('hex').slice(0, 16);
  return `${key.slice(0, longestName - suffix.length - digest.length)}${digest}${suffix}`;
}

/** Staged sets are versions of one secret. They are disabled in the end, since a deleted secret keeps its name for weeks. */
export function stagingIn(vault: Vault, objects: ObjectNames): Staging {
  const secret = stagedName(objects);
  const object = `secret ${secret} in ${vault.url}`;

  const isOf = ({ tags }: VersionFacts, rotationId: string): boolean =>
    tags[tagNames.rotation] === rotationId;

  /** Oldest first; of one second what has a certificate comes later. */
  async function versions(): Promise<readonly VersionFacts[]> {
    const all = (await vault.versions(secret)).toSorted(byAge);
    // A secret that is deleted has none either, and is found out here.
    if (all.length === 0) await orMissing(vault.newest(secret));
    return all;
  }

  const read: Staging['read'] = async ({ rotationId, takeOver = false }, { among = [], publicKey } = {}) => {
    const all = await versions();
    const own = all.filter((one) => isOf(one, rotationId));
    const enabled = own.filter((one) => one.enabled);
    const newest = own.at(-1);
    // Not by us, who disable the newest last: what it has become is told by reading it.
    if (enabled.length > 0 && newest?.enabled === false) await vault.version(secret, newest.version);
    const other = all.find((one) => one.enabled && !isOf(one, rotationId));
    if (enabled.length === 0 && other !== undefined && !takeOver) throw heldByOther(other);
    const keys = enabled.map(keyOf);
    const rank = (one: VersionFacts) =>
      4 * Number(among.includes(one.tags[tagNames.sha256] ?? '')) +
      2 * Number(publicKey !== undefined && one.tags[keyTag] === publicKey) +
      Number(hasCertificate(one));
    const [best] = enabled.toSorted(
      (a, b) => rank(b) - rank(a) || keys.indexOf(keyOf(a)) - keys.indexOf(keyOf(b)) || byAge(b, a),
    );
    return best && setOf(await vault.version(secret, best.version));
  };

  function heldByOther({ tags }: VersionFacts): Problem {
    const named = `--vault-name ${vaultName(vault.url)} --name ${secret}`;
    const ids = `az keyvault secret list-versions ${named} --query "[?attributes.enabled].id" -o tsv`;
    return new Problem('HELD_BY_OTHER_ROTATION', {
      object,
      found: `what rotation ${tags[tagNames.rotation] ?? 'unknown'} has staged`,
      hint: `where that rotation is no more: --override HELD_BY_OTHER_ROTATION --reason TEXT, or ${ids} | xargs -n 1 az keyvault secret set-attributes --enabled false --id`,
    });
  }

  function unreadable({ version }: VersionFacts, found: string): Problem {
    const expected = 'a private key, and the certificates that were issued for it';
    return new Problem('STAGED_SET_UNREADABLE', {
      object: `version ${version} of ${object}`,
      ...{ expected, found },
    });
  }

  /** No part of the text may get into an error: it is a key. */
  function setOf({ value, facts }: SecretVersion): StagedSet {
    const [, key, certificates = ''] = form.exec(value) ?? [];
    if (key === undefined) throw unreadable(facts, 'something else');
    const chain = parseBundle(certificates, object);
    const [cert] = chain;
    const own = new PrivateKey(key);
    if (!own.isKey()) throw unreadable(facts, 'a block that is no private key');
    return { key: own, ca: cert && { cert, chain, key: own } };
  }

  async function nextTurn(publicKey: string): Promise<string> {
    const before = (await vault.versions(secret)).filter((one) => keyOf(one) === publicKey);
    return String(Math.max(0, ...before.map(turnOf)) + 1);
  }

  return {
    object,
    read,
    heldBy: async (live) => {
      const held = (await versions()).filter(({ enabled }) => enabled);
      const newest = held.at(-1);
      if (newest === undefined) return undefined;
      const inUse = live !== undefined && held.some(({ tags }) => tags[tagNames.sha256] === live);
      return { rotationId: newest.tags[tagNames.rotation] ?? 'unknown', inUse };
    },
    put: async (of, { key, ca }) => {
      const { rotationId } = of;
      const publicKey = key.publicDigest();
      const tags = {
        [tagNames.rotation]: rotationId,
        [keyTag]: publicKey,
        ...(ca === undefined
          ? {}
          : { [tagNames.sha256]: ca.cert.fingerprint, [turnTag]: await nextTurn(publicKey) }),
      };
      // What is cut off may be disposed of already.
      cancellation()?.throwIfAborted();
      await vault.put(secret, textOf(key, ca), { contentType, tags });
      const there = await read(of);
      if (there !== undefined) return there;
      throw new Problem('STAGED_SET_MISSING', { object, expected: `what rotation ${rotationId} has staged` });
    },
    adopt: async ({ rotationId }, besides) => {
      const all = await versions();
      const used = new Set(all.filter(({ tags }) => tags[tagNames.sha256] === besides).map(keyOf));
      for (const one of all) {
        if (!one.enabled || isOf(one, rotationId) || (besides !== undefined && used.has(keyOf(one))))
          continue;
        await vault.setTags(secret, one.version, { ...one.tags, [tagNames.rotation]: rotationId });
      }
    },
    dispose: async ({ rotationId, takeOver = false }) => {
      // The key before its certificate came is in one of its own. While any is left, the newest shows that there is.
      for (const one of (await vault.versions(secret)).toSorted(byAge))
        if (one.enabled && (takeOver || isOf(one, rotationId))) await vault.disable(secret, one.version);
    },
  };
}

/** Undefined where there is none. */
async function orMissing(reading: Promise<SecretVersion>): Promise<SecretVersion | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Problem && error.code === 'KEY_VAULT_OBJECT_MISSING') return undefined;
    throw error;
  }
}

function keyOf({ tags }: VersionFacts): string {
  return tags[keyTag] ?? '';
}

function hasCertificate({ tags }: VersionFacts): boolean {
  return tags[tagNames.sha256] !== undefined;
}

/** Key Vault tells seconds: of the same second the id decides in the end, for every look alike. */
function byAge(a: VersionFacts, b: VersionFacts): number {
  return (
    a.createdOn.getTime() - b.createdOn.getTime() ||
    Number(hasCertificate(a)) - Number(hasCertificate(b)) ||
    turnOf(a) - turnOf(b) ||
    (a.version < b.version ? -1 : 1)
  );
}

/** The how-manieth certificate of its key it has. */
function turnOf({ tags }: VersionFacts): number {
  return Number(tags[turnTag] ?? 0);
}

function textOf(key: PrivateKey, ca: UnitCa | undefined): string {
  return `${key.reveal()}${ca === undefined ? '' : composeBundle(ca.chain)}`;
}

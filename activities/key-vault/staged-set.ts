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

/** A key and, behind it, the certificates that were issued for it. */
const form = /^(-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----\n)([^]*)$/;

/** The secret beside a CA source in which its next CA is staged. */
export function stagedName({ key }: Pick<ObjectNames, 'key'>): string {
  return `${key.slice(0, longestName - suffix.length)}${suffix}`;
}

/** Staged sets are versions of one secret. They are disabled in the end, since a deleted secret keeps its name for weeks. */
export function stagingIn(vault: Vault, objects: ObjectNames): Staging {
  const secret = stagedName(objects);
  const object = `secret ${secret} in ${vault.url}`;

  const isOf = ({ tags }: VersionFacts, rotationId: string): boolean =>
    tags[tagNames.rotation] === rotationId;

  /** The newest; undefined where there is none, or where it was disposed of. */
  async function newest(rotationId: string): Promise<SecretVersion | undefined> {
    try {
      return await vault.newest(secret);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'KEY_VAULT_OBJECT_MISSING') return undefined;
      if (error.code !== 'KEY_VAULT_OBJECT_DISABLED') throw error;
      const left = (await vault.versions(secret)).some((one) => one.enabled && isOf(one, rotationId));
      // Not by us: all that is the rotation's is disabled in one go.
      if (left) throw error;
      return undefined;
    }
  }

  const read: Staging['read'] = async ({ rotationId, takeOver = false }, { among = [], publicKey } = {}) => {
    const found = await newest(rotationId);
    if (found === undefined) return undefined;
    if (!isOf(found.facts, rotationId) && !takeOver) throw heldByOther(found.facts);
    const own = (await vault.versions(secret)).filter((one) => one.enabled && isOf(one, rotationId));
    const rank = ({ tags }: VersionFacts) =>
      4 * Number(among.includes(tags[tagNames.sha256] ?? '')) +
      2 * Number(publicKey !== undefined && tags[keyTag] === publicKey) +
      Number(tags[tagNames.sha256] !== undefined);
    const [best] = own.toSorted((a, b) => rank(b) - rank(a) || byAge(a, b));
    return best && setOf(await vault.version(secret, best.version));
  };

  function heldByOther({ tags }: VersionFacts): Problem {
    const named = `--vault-name ${vaultName(vault.url)} --name ${secret}`;
    return new Problem('HELD_BY_OTHER_ROTATION', {
      object,
      found: `what rotation ${tags[tagNames.rotation] ?? 'unknown'} has staged`,
      hint: `where that rotation is no more: --override HELD_BY_OTHER_ROTATION --reason TEXT, or az keyvault secret set-attributes --enabled false ${named}`,
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

  return {
    object,
    read,
    put: async (of, { key, ca }) => {
      const { rotationId } = of;
      const publicKey = key.publicDigest();
      const tags = {
        [tagNames.rotation]: rotationId,
        [keyTag]: publicKey,
        ...(ca === undefined ? {} : { [tagNames.sha256]: ca.cert.fingerprint }),
      };
      // What is cut off may be disposed of already.
      cancellation()?.throwIfAborted();
      await vault.put(secret, textOf(key, ca), { contentType, tags });
      const there = await read(of);
      if (there !== undefined) return there;
      throw new Problem('STAGED_SET_MISSING', { object, expected: `what rotation ${rotationId} has staged` });
    },
    dispose: async ({ rotationId, takeOver = false }) => {
      const versions = (await vault.versions(secret)).filter((one) => one.enabled);
      // The key before its certificate came is in one of its own.
      for (const one of versions)
        if (takeOver || isOf(one, rotationId)) await vault.disable(secret, one.version);
    },
  };
}

/** Key Vault tells seconds: of the same second the id decides, for every look alike. */
function byAge(a: VersionFacts, b: VersionFacts): number {
  return a.createdOn.getTime() - b.createdOn.getTime() || (a.version < b.version ? -1 : 1);
}

function textOf(key: PrivateKey, ca: UnitCa | undefined): string {
  return `${key.reveal()}${ca === undefined ? '' : composeBundle(ca.chain)}`;
}

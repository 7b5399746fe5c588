import type { ObjectNames } from '../../fleet/fleet.ts';
import { parts, readSet, setOf, type HeldSet, type Part } from './held-set.ts';
import { tagNames } from './tags.ts';
import type { SecretVersion, Vault } from './vault.ts';

/**
 * What the set was before a rotation first wrote to it. Its versions name the one that they took the place of; an
 * object of which it has made none is as it was. Throws what `readSet` throws, and KEY_VAULT_OBJECT_DISABLED or
 * KEY_VAULT_OBJECT_MISSING where a former version can no longer be read.
 */
export async function formerSet(vault: Vault, objects: ObjectNames, rotationId: string): Promise<HeldSet> {
  const now = await readSet(vault, objects);
  const read = await Promise.all(
    parts.map(async (part): Promise<readonly [Part, SecretVersion]> => {
      const version = (await versionBefore(vault, objects[part], rotationId)) ?? now.versions[part];
      return [part, await vault.version(objects[part], version)];
    }),
  );
  const [root, chain, key, cert] = parts.map((part) => new Map(read).get(part));
  if (root === undefined || chain === undefined || key === undefined || cert === undefined)
    throw new RangeError('expected a version of each of the four objects');
  return setOf(vault, { root, chain, key, cert });
}

/** By the oldest of the rotation's versions: what a later one names may be somebody else's work in between. */
async function versionBefore(vault: Vault, secret: string, rotationId: string): Promise<string | undefined> {
  const versions = await vault.versions(secret);
  const own = versions.filter(({ tags }) => tags[tagNames.rotation] === rotationId);
  return own.at(-1)?.tags[tagNames.before];
}

import type { ObjectNames } from '../../fleet/fleet.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import { parts, setOf, type HeldSet, type Part } from './held-set.ts';
import { tagNames } from './tags.ts';
import type { SecretVersion, Vault, VersionFacts } from './vault.ts';

/** A set that a source once held, and the objects that the rotation which it was before has written. */
export interface FormerSet {
  readonly set: HeldSet;
  readonly wrote: readonly Part[];
  /** The certificates that it, or a later one, has written, by the tags of their versions. */
  readonly certificates: readonly Fingerprint[];
}

/**
 * What the set was before a rotation first wrote to it. Its versions name the one that they took the place of; of an
 * object of which it has made none, a later rotation's do, or it is as it is `now`. Throws Problem BAD_CERTIFICATE, and
 * KEY_VAULT_VERSION_DISABLED or KEY_VAULT_VERSION_MISSING where a former version can no longer be read.
 */
export async function formerSet(
  vault: Vault,
  objects: ObjectNames,
  { rotationId, now }: { readonly rotationId: string; readonly now: Pick<HeldSet, 'versions'> },
): Promise<FormerSet> {
  const histories = new Map(
    await Promise.all(
      parts.map(async (part) => [part, await historyOf(vault, objects[part], rotationId)] as const),
    ),
  );
  const firsts = [...histories.values()].flatMap(({ first }) => first?.createdOn.getTime() ?? []);
  const begun = Math.min(...firsts);
  const read = (part: Part): Promise<SecretVersion> => {
    const { first, versions = [] } = histories.get(part) ?? {};
    const version = (first ?? firstSince(versions, begun))?.tags[tagNames.before];
    return vault.version(objects[part], version ?? now.versions[part]);
  };
  const [root, chain, key, cert] = await Promise.all([
    read('root'),
    read('chain'),
    read('key'),
    read('cert'),
  ]);
  const wrote = parts.filter((part) => histories.get(part)?.first !== undefined);
  const since = (histories.get('cert')?.versions ?? []).filter(
    ({ createdOn }) => createdOn.getTime() >= begun,
  );
  const certificates = since.flatMap(({ tags }) => tags[tagNames.sha256] ?? []);
  return { set: setOf(vault, { root, chain, key, cert }), wrote, certificates };
}

/** The rotation's oldest version counts: what a later one names may be somebody else's work in between. */
async function historyOf(
  vault: Vault,
  secret: string,
  rotationId: string,
): Promise<{ readonly first: VersionFacts | undefined; readonly versions: readonly VersionFacts[] }> {
  const versions = await vault.versions(secret);
  return { versions, first: versions.findLast(({ tags }) => tags[tagNames.rotation] === rotationId) };
}

/** The first version since an instant, in milliseconds, that any rotation made; Key Vault counts seconds. */
function firstSince(versions: readonly VersionFacts[], begun: number): VersionFacts | undefined {
  return versions.findLast(
    ({ createdOn, tags }) => createdOn.getTime() >= begun && tags[tagNames.before] !== undefined,
  );
}

import { createHash } from 'node:crypto';
import { Problem } from '../../problems/problem.ts';
import type { StageRef } from '../contract.ts';
import type { VersionFacts } from './vault.ts';

/** Tags by which a version says who made it, in which step, and what it holds. */
export const tagNames = {
  rotation: 'meshturn-rotation',
  /** Whose rotation it is: `prod/payments`. */
  mesh: 'meshturn-mesh',
  step: 'meshturn-step',
  /** Of a certificate or a key: the certificate's fingerprint. Of a bundle: `bundleDigest`. */
  sha256: 'meshturn-sha256',
  /** The version that the rotation found when it first wrote to the object: where its way back leads. */
  before: 'meshturn-before',
  lease: 'meshturn-lease',
} as const;

export type Tags = Readonly<Record<string, string>>;

/** Key Vault takes no more on one version. */
const mostTags = 15;
const own = new Set<string>(Object.values(tagNames));

/** SHA-256 over the fingerprints of a bundle in order, 64 hexadecimal digits: a tag holds 256 characters. */
export function bundleDigest(fingerprints: readonly string[]): string {
  return createHash('sha256').update(fingerprints.join('\n')).digest('hex');
}

export function stepOf({ phase, stage }: StageRef): string {
  return `${phase}/${stage}`;
}

/**
 * Tags of a new version: what people put on the one before, and ours. Throws Problem KEY_VAULT_TAGS_FULL
 * rather than drop any.
 */
export function tagsOf(o: {
  /** What the version takes the place of. */
  readonly held: Pick<VersionFacts, 'version' | 'tags'>;
  readonly ref: StageRef;
  readonly step: string;
  readonly sha256: string;
  readonly object: string;
}): Tags {
  const kept = foreign(o.held.tags);
  const tags = {
    ...kept,
    [tagNames.rotation]: o.ref.rotationId,
    [tagNames.mesh]: `${o.ref.fleet}/${o.ref.mesh}`,
    [tagNames.step]: o.step,
    [tagNames.sha256]: o.sha256,
    [tagNames.before]: firstFound(o.held, o.ref),
  };
  // Room for the lease is asked of every object, so that a set is never refused half-way.
  if (Object.keys(kept).length + own.size > mostTags) {
    const found = `${Object.keys(kept).length} tags of others`;
    throw new Problem('KEY_VAULT_TAGS_FULL', {
      object: o.object,
      expected: `at most ${mostTags - own.size}`,
      found,
    });
  }
  return tags;
}

function firstFound(
  { version, tags }: Pick<VersionFacts, 'version' | 'tags'>,
  { rotationId }: StageRef,
): string {
  return (tags[tagNames.rotation] === rotationId ? tags[tagNames.before] : undefined) ?? version;
}

/** Whether this very step made the version. */
export function isBy(tags: Tags, ref: StageRef): boolean {
  return tags[tagNames.rotation] === ref.rotationId && tags[tagNames.step] === stepOf(ref);
}

/** Whether an earlier stage of the same phase of the same rotation made the version, or this one did. */
export function isByPhase(tags: Tags, { rotationId, phase }: StageRef): boolean {
  return tags[tagNames.rotation] === rotationId && tags[tagNames.step]?.startsWith(`${phase}/`) === true;
}

function foreign(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !own.has(name)));
}

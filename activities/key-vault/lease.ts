import type { ObjectNames } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import { putBack } from '../../rotation/source-differences.ts';
import type { HeldSet } from './held-set.ts';
import { placeOf } from './source-name.ts';
import { tagNames, type Tags } from './tags.ts';
import type { Vault } from './vault.ts';

/** How long a writer that vanished keeps others out. A write of four secrets takes seconds. */
const leaseMs = 10 * 60 * 1000;

/**
 * Who writes to a CA source right now: a tag on the newest version of its root object, from before the first
 * write of a stage until its set has been read back. Between stages nothing is held, so that a rotation whose
 * Temporal server is lost can be taken up at once; there the state that a stage expects guards the source.
 *
 * Key Vault has no compare-and-set, so two that take it in the same instant may both succeed: the tag is read
 * again before each write, and the one that came second goes on alone. Who writes by hand takes none: the bundle that
 * carries it must be the newest still.
 */
export interface Lease {
  readonly rotationId: string;
  readonly until: Date;
  /** Of the attempts of one write, each has another: one that was given up may be at work still. */
  readonly writer: string;
}

/** Who takes a lease. */
export type Writer = Pick<Lease, 'rotationId' | 'writer'>;

export function leaseOf(tags: Tags, at = new Date()): Lease | undefined {
  const [rotationId, until, writer = ''] = tags[tagNames.lease]?.split(' ') ?? [];
  if (rotationId === undefined || until === undefined) return undefined;
  const end = new Date(until);
  return end > at ? { rotationId, until: end, writer } : undefined;
}

export function leaseTag({ rotationId, writer }: Writer, at = new Date()): Tags {
  return { [tagNames.lease]: `${rotationId} ${new Date(at.getTime() + leaseMs).toISOString()} ${writer}` };
}

/**
 * Throws Problem HELD_BY_OTHER_ROTATION where another's lease is on the source.
 * @param own the rotations whose leases are the writer's own
 */
export function refuseHeld(tags: Tags, own: readonly string[], object: string): void {
  const lease = leaseOf(tags);
  if (lease === undefined || own.includes(lease.rotationId)) return;
  throw new Problem('HELD_BY_OTHER_ROTATION', {
    object,
    found: `a lease of rotation ${lease.rotationId} until ${lease.until.toISOString()}`,
  });
}

export async function takeLease(vault: Vault, set: HeldSet, writer: Writer): Promise<void> {
  const { secret, version, tags } = set.facts.root;
  await vault.setTags(secret, version, { ...tags, ...leaseTag(writer) });
}

/**
 * Throws Problem HELD_BY_OTHER_ROTATION where another took the lease after us, be it the next attempt of the same
 * write, which Temporal began when it had not heard of this one for long; SOURCE_CHANGED_BY_OTHER where the bundle
 * that carries it is the newest no more, for somebody wrote without asking for a lease.
 * @param version of the bundle: what this write has taken the lease on, or has made itself since
 */
export async function confirmLease(
  vault: Vault,
  { objects, version }: { readonly objects: ObjectNames; readonly version: string },
  { rotationId, writer }: Writer,
): Promise<void> {
  const { facts } = await vault.newest(objects.root);
  const object = `secret ${objects.root} in ${vault.url}`;
  refuseHeld(facts.tags, [rotationId], object);
  const lease = leaseOf(facts.tags);
  if (lease !== undefined && lease.writer !== writer) {
    throw new Problem('HELD_BY_OTHER_ROTATION', {
      object,
      found: 'a lease of a later attempt of this write',
    });
  }
  if (facts.version === version) return;
  throw new Problem('SOURCE_CHANGED_BY_OTHER', {
    object,
    expected: `version ${version}, while this write is under way`,
    found: `version ${facts.version}`,
    hint: putBack(placeOf(vault.url, objects), ['root'], 'then: meshturn rotation retry …'),
  });
}

/**
 * Takes our own lease off the newest root version, or with `takeOver` that of a lost rotation, which would keep the
 * source from being as proven until it ends; does nothing where there is none.
 */
export async function releaseLease(
  vault: Vault,
  set: HeldSet,
  { own, takeOver }: { readonly own: readonly string[]; readonly takeOver: boolean },
): Promise<void> {
  const { secret, version, tags } = set.facts.root;
  const lease = leaseOf(tags);
  if (lease === undefined || !(takeOver || own.includes(lease.rotationId))) return;
  const rest = Object.entries(tags).filter(([name]) => name !== tagNames.lease);
  await vault.setTags(secret, version, Object.fromEntries(rest));
}

import type { ObjectNames } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';
import type { StageRef } from '../contract.ts';
import type { PartGoal } from './goal.ts';
import type { HeldSet, Part } from './held-set.ts';
import { confirmLease, leaseTag, type Writer } from './lease.ts';
import { stepOf, tagNames, tagsOf, type Tags } from './tags.ts';
import type { Vault } from './vault.ts';

/** One write of some objects of a set, in the order of its goals. */
export interface PutInput {
  readonly vault: Vault;
  readonly objects: ObjectNames;
  readonly ref: StageRef;
  /** The set as it is before the write: what is put back, and whose tags and content types are kept. */
  readonly held: HeldSet;
  readonly goals: readonly PartGoal[];
  /** Who has taken the lease. */
  readonly writer: Writer;
}

/**
 * Makes a version of each object. Where one is refused for good after others were written, those are put back,
 * last first, so that no set stays half-written for as long as nobody mends the cause; a passing failure leaves
 * them, and the repeated write finishes the set.
 */
export async function putParts(input: PutInput): Promise<void> {
  const tagged = input.goals.map((goal) => ({ goal, tags: tagsFor(input, goal, stepOf(input.ref)) }));
  const done: Part[] = [];
  const { vault, objects, writer } = input;
  let version = input.held.versions.root;
  for (const { goal, tags } of tagged) {
    // Between key and certificate nothing is asked: the pair must not stay apart any longer than it has to.
    if (done.at(-1) !== 'key') await confirmLease(vault, { objects, version }, writer);
    try {
      const made = await put(input, goal.part, goal.text(), tags);
      if (goal.part === 'root') version = made;
    } catch (error) {
      if (error instanceof Problem && !error.retryable) await putBack(input, done.toReversed(), error);
      throw error;
    }
    done.push(goal.part);
  }
}

async function putBack(input: PutInput, written: readonly Part[], reason: Problem): Promise<void> {
  try {
    for (const part of written) {
      const old = await input.vault.version(input.objects[part], input.held.versions[part]);
      const sha256 = input.held.facts[part].tags[tagNames.sha256] ?? 'unknown';
      await put(input, part, old.value, tagsFor(input, { part, sha256 }, `${stepOf(input.ref)}/put-back`));
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const found = 'a set half-written that could not be put back';
    throw new Problems(reason.code, { object: `secrets in ${input.vault.url}`, found }, [reason, error]);
  }
}

async function put(
  { vault, objects, held }: PutInput,
  part: Part,
  text: string,
  tags: Tags,
): Promise<string> {
  return vault.put(objects[part], text, { contentType: held.facts[part].contentType, tags });
}

function tagsFor(
  { vault, objects, ref, held, writer }: PutInput,
  { part, sha256 }: { readonly part: Part; readonly sha256: string },
  step: string,
): Tags {
  const object = `secret ${objects[part]} in ${vault.url}`;
  const tags = tagsOf({ held: held.facts[part], ref, step, sha256, object });
  return part === 'root' ? { ...tags, ...leaseTag(writer) } : tags;
}

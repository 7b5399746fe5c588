import { randomBytes } from 'node:crypto';
import { leasesOf } from '../../rotation/own-lease.ts';
import type { SourceWriteInput } from '../ca-source.ts';
import type { StageRef, WriteEvidence } from '../contract.ts';
import { formerSet } from './former-set.ts';
import { goalsOf } from './goal.ts';
import { checkOutcome, checkReadBack, refuseForeign } from './guard.ts';
import { parts, type HeldSet, type Part, type SetReader } from './held-set.ts';
import { refuseHeld, releaseLease, takeLease } from './lease.ts';
import { putParts } from './put-parts.ts';
import { placeOf } from './source-name.ts';
import { isBy } from './tags.ts';

/**
 * Brings the set to what a stage's write names. Read first, written after everything that can be refused
 * beforehand has been looked at, and read back in the end. What is there is not written again.
 */
export async function writeSet(
  sets: SetReader,
  input: SourceWriteInput & { readonly object: string },
): Promise<WriteEvidence> {
  const { ref, write, newCa, from, reached = [], takeOver = false, object, before } = input;
  const { rotationId } = ref;
  const { vault, objects } = sets;
  const source = { object, place: placeOf(vault.url, objects) };
  const held = await sets.read();
  const own = leasesOf(rotationId, before);
  if (!takeOver) refuseHeld(held.facts.root.tags, own, object);
  refuseForeign(held, { ref, from, reached, write, ...source });
  const roots = newCa?.roots ?? [];
  const former =
    before === undefined
      ? undefined
      : (await formerSet(vault, objects, { rotationId: before, now: held })).set;
  const unitCa = newCa?.units.get(ref.unit);
  const goals = await goalsOf(write, { vault, objects, held, roots, unitCa, former });
  checkOutcome(held, goals, { object, write });
  const lacking = goals.filter((goal) => !goal.isIn(held));
  if (lacking.length > 0) {
    const writer = { rotationId, writer: randomBytes(4).toString('hex') };
    await takeLease(vault, held, writer);
    input.sending?.();
    await putParts({ vault, objects, ref, held, goals: lacking, writer });
  }
  const after = lacking.length > 0 ? await sets.read() : held;
  checkReadBack(after, goals, source);
  await releaseLease(vault, after, { own, takeOver });
  const order = goals.map(({ part }) => part);
  return { ...evidenceOf(after, ref, order), source: object, objects };
}

/**
 * Told by the tags of what is there and not by what this call did: a call whose predecessor's answer was
 * lost says the same as that would have. `at` is when the last version of the step was made, to the second and
 * rounded down, so that no istiod can have loaded the whole set before it.
 */
function evidenceOf(after: HeldSet, ref: StageRef, order: readonly Part[]): WriteEvidence {
  const written = order.filter((part) => isBy(after.facts[part].tags, ref));
  const made = parts.map((part) => after.facts[part].createdOn.getTime());
  return { at: new Date(Math.max(...made)).toISOString(), versions: after.versions, written };
}

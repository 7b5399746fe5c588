import type { StageName } from '../../rotation/plan.ts';
import type { UnfinishedWalk } from '../../rotation/observed.ts';
import { parts, type HeldSet, type Part } from './held-set.ts';
import { tagNames } from './tags.ts';

/** Stages after which a rotation writes an object once more before it is where it leads, by that object. */
const passing: Partial<Record<Part, readonly StageName[]>> = {
  root: ['mend-roots', 'add-roots', 'repeat-roots'],
  chain: ['mend-chain', 'chain-of-both'],
};

/**
 * Who wrote last, where a bundle of several roots or a chain of both generations was left by a rotation on its way.
 * What was put back, and what somebody has written by hand since, tells of none.
 */
export function unfinishedWalk(held: HeldSet): UnfinishedWalk | undefined {
  if (!parts.some((part) => isPassing(held, part))) return undefined;
  const tagged = parts.map((part) => held.facts[part]).filter(({ tags }) => tagNames.rotation in tags);
  const [last] = tagged.toSorted((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
  const { [tagNames.rotation]: rotationId, [tagNames.step]: step, [tagNames.mesh]: mesh } = last?.tags ?? {};
  if (last === undefined || rotationId === undefined || step === undefined) return undefined;
  return { rotationId, ...(mesh === undefined ? {} : { mesh }), step, at: last.createdOn.toISOString() };
}

function isPassing({ facts, roots }: HeldSet, part: Part): boolean {
  // One root alone is left by no phase but the last, whatever it was mended with.
  if (part === 'root' && roots.every(({ fingerprint }) => fingerprint === roots[0]?.fingerprint))
    return false;
  const stage = facts[part].tags[tagNames.step]?.split('/').slice(1).join('/');
  return passing[part]?.some((each) => each === stage) === true;
}

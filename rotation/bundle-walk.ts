import type { Fingerprint } from './trust.ts';

type Bundle = readonly Fingerprint[];

/**
 * When a running istiod takes another root bundle: up to 1.29 where one file's bytes contain the other's, so
 * order and neighbourhood count; from 1.30 where one set of certificates contains the other.
 */
export type ReloadRule = 'contiguous' | 'set';

/** The strictest rule among istiods of these versions (`1.30.3`); one that cannot be read counts as old. */
export function strictestRule(versions: readonly string[]): ReloadRule {
  return versions.every(comparesSets) ? 'set' : 'contiguous';
}

function comparesSets(version: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 30);
}

/** Whether an istiod that holds one of two bundles takes the other; the rule knows no direction. */
export function takes(rule: ReloadRule, held: Bundle, next: Bundle): boolean {
  if (rule === 'contiguous') return hasRun(held, next) || hasRun(next, held);
  const [left, right] = [new Set(held), new Set(next)];
  return left.isSubsetOf(right) || right.isSubsetOf(left);
}

/**
 * The smallest growth of a source's bundle that holds all `needed` roots and that no istiod refuses, whatever
 * bundle of `held` it serves: their own order stays, what is missing is appended.
 */
export function grow(rule: ReloadRule, own: Bundle, held: readonly Bundle[], needed: Bundle): Bundle {
  const enough = needed.every((root) => own.includes(root)) ? own : withMissing(own, needed);
  if (held.every((bundle) => takes(rule, bundle, enough))) return enough;
  const merged = held.reduce(
    (sum, bundle) => (contains(rule, sum, bundle) ? sum : join(rule, sum, bundle)),
    own,
  );
  return withMissing(merged, needed);
}

/** A walk from one bundle to exactly the `wanted` roots: one write, or two where the first must repeat them. */
export interface Shrink {
  readonly repeated: Bundle | undefined;
  readonly final: Bundle;
}

/**
 * Drops all but the wanted roots. Under the contiguous rule what stays must stand side by side in the bundle;
 * where it does not, it is first repeated at the end, which changes no trust. An istiod that does not hold the
 * current bundle yet (`held`) must have loaded it before the last write, or it would refuse that. Only where the
 * bundle is wanted `exact`ly do its order and its duplicates count.
 */
export function shrink(
  rule: ReloadRule,
  current: Bundle,
  { wanted, exact }: { readonly wanted: Bundle; readonly exact: boolean },
  held: readonly Bundle[],
): Shrink {
  const goal = exact ? wanted : withMissing([], wanted);
  const isRun = rule === 'set' || hasRun(current, goal);
  const run = isRun ? goal : exact ? undefined : shortestRunOf(current, goal);
  if (run === undefined) return { repeated: [...current, ...goal], final: goal };
  return { repeated: held.every((bundle) => takes(rule, bundle, run)) ? undefined : current, final: run };
}

/** `list` with what it lacks of `others` appended, each once. */
export function withMissing(list: Bundle, others: Bundle): Bundle {
  return [...list, ...new Set(others.filter((item) => !list.includes(item)))];
}

function contains(rule: ReloadRule, whole: Bundle, part: Bundle): boolean {
  return rule === 'contiguous' ? hasRun(whole, part) : part.every((root) => whole.includes(root));
}

function join(rule: ReloadRule, sum: Bundle, bundle: Bundle): Bundle {
  if (rule === 'set') return withMissing(sum, bundle);
  return hasRun(bundle, sum) ? bundle : [...sum, ...bundle];
}

function hasRun(whole: Bundle, part: Bundle): boolean {
  return whole.some((_, start) => part.every((root, i) => whole[start + i] === root)) || part.length === 0;
}

/** The shortest contiguous run whose set of roots is exactly `goal`. */
function shortestRunOf(list: Bundle, goal: Bundle): Bundle | undefined {
  const runs = list.flatMap((_, start) =>
    list.slice(start).map((__, length) => list.slice(start, start + length + 1)),
  );
  return runs
    .filter((run) => run.every((root) => goal.includes(root)) && goal.every((root) => run.includes(root)))
    .sort((a, b) => a.length - b.length)[0];
}

import { Problem } from '../problems/problem.ts';
import { hasEnded } from '../rotation/course.ts';
import type { RotationProgress, RotationState } from '../rotation/progress.ts';
import type { Context } from './context.ts';
import type { LeftBehind, Seen } from './rotations.ts';

/** Where what is seen goes to. */
export interface Follower {
  /** Called once for every state that differs from the one before; the first has none before it. */
  readonly changed: (before: RotationProgress | undefined, now: RotationProgress, at: Date) => void;
  /** How long to be quiet without a change, in seconds. */
  readonly quietSeconds: number;
  /** Called after every such silence. */
  readonly silent: (last: RotationProgress, at: Date) => void;
  /** Called once at the end with the last state, unless none was ever seen. */
  readonly ended: (last: RotationProgress, at: Date) => void;
  /** Called instead where it has ended and no worker answers. */
  readonly endedUnheard: (leftBehind: LeftBehind, at: Date) => void;
  /** Called instead of `silent` where no worker or no server answers, or none has yet. */
  readonly deaf: (why: string, at: Date) => void;
}

export interface FollowOptions {
  readonly look: () => Promise<Seen>;
  readonly clock: Pick<Context, 'now' | 'pause' | 'interrupted'>;
  readonly follower: Follower;
  /** Seconds after which to stop looking; the rotation goes on. */
  readonly timeout?: number | undefined;
  /** Milliseconds after which a look is told to be waited for, again and again; a test has no time for the usual. */
  readonly slow?: number;
}

/**
 * How following ended: with the rotation, whose state is told, at a stop, in which nothing moves until a person does
 * something, or without its end.
 */
export type Ending = RotationState | 'interrupted' | 'outOfTime';

interface Followed {
  readonly ending: Ending;
  readonly last: RotationProgress | undefined;
  /** Where no worker answers for a rotation that has ended. */
  readonly leftBehind?: LeftBehind;
}

const lookEvery = 1000;
const slowLook = 2000;
/** A rotation that was just told to go on looks stopped for a moment. */
const standstill = 5_000;

/** Looks at a rotation until it ends, stands still, or the viewer leaves. Never touches the rotation. */
export async function follow(options: FollowOptions): Promise<Ending> {
  const { ending, last, leftBehind } = await watchUntilEnd(options);
  const at = options.clock.now();
  if (leftBehind !== undefined) options.follower.endedUnheard(leftBehind, at);
  else if (last !== undefined) options.follower.ended(last, at);
  return ending;
}

async function watchUntilEnd(options: FollowOptions): Promise<Followed> {
  const { look, clock, follower, timeout, slow = slowLook } = options;
  const deadline = timeout === undefined ? Infinity : clock.now().getTime() + timeout * 1000;
  let last: RotationProgress | undefined;
  let spokeAt = clock.now().getTime();
  let changedAt = spokeAt;
  const noAnswerYet = () => {
    const at = clock.now();
    if (at.getTime() - spokeAt < follower.quietSeconds * 1000) return;
    follower.deaf('no answer yet', at);
    spokeAt = at.getTime();
  };
  while (!clock.interrupted.aborted) {
    const looking = lookOr(look, last === undefined);
    const seen = await unlessInterrupted(looking, clock.interrupted, { every: slow, tell: noAnswerYet });
    if (seen === undefined) break;
    if (seen.kind === 'ended') return { ending: seen.state, last, leftBehind: seen.leftBehind };
    const at = clock.now();
    const isQuiet = at.getTime() - spokeAt >= follower.quietSeconds * 1000;
    if (seen.kind === 'live' && changedFrom(last, seen.progress)) {
      follower.changed(last, seen.progress, at);
      last = seen.progress;
      spokeAt = at.getTime();
      changedAt = spokeAt;
    } else if (isQuiet) {
      if (seen.kind === 'live') follower.silent(seen.progress, at);
      else follower.deaf(seen.why, at);
      spokeAt = at.getTime();
    }
    const ending = seen.kind === 'live' ? endingOf(seen.progress) : undefined;
    const still = at.getTime() - changedAt >= standstill;
    if (ending !== undefined && (ending !== 'stopped' || still)) return { ending, last };
    if (at.getTime() >= deadline) return { ending: 'outOfTime', last };
    await clock.pause(lookEvery);
  }
  return { ending: 'interrupted', last };
}

type Look =
  | { readonly kind: 'live'; readonly progress: RotationProgress }
  | { readonly kind: 'deaf'; readonly why: string }
  | { readonly kind: 'ended'; readonly state: RotationState; readonly leftBehind: LeftBehind };

/** The first look must succeed; later a server that is away is waited for. */
async function lookOr(look: () => Promise<Seen>, first: boolean): Promise<Look> {
  try {
    const seen = await look();
    if (seen.kind === 'live') return seen;
    const state = seen.memo?.state ?? seen.ended?.state;
    return state !== undefined && hasEnded({ state })
      ? { kind: 'ended', state, leftBehind: seen }
      : { kind: 'deaf', why: 'no worker answers' };
  } catch (error) {
    if (first || !(error instanceof Problem) || error.code !== 'TEMPORAL_UNREACHABLE') throw error;
    return { kind: 'deaf', why: 'no Temporal server answers' };
  }
}

/** Undefined as soon as the viewer leaves: a server that is cut off may keep a look for long. */
async function unlessInterrupted<T>(
  looking: Promise<T>,
  interrupted: AbortSignal,
  { every, tell }: { readonly every: number; readonly tell: () => void },
): Promise<T | undefined> {
  const ticking = setInterval(tell, every);
  let leave = (): void => undefined;
  const left = new Promise<undefined>((resolve) => {
    leave = () => {
      resolve(undefined);
    };
    interrupted.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([looking, left]);
  } finally {
    clearInterval(ticking);
    interrupted.removeEventListener('abort', leave);
  }
}

function changedFrom(last: RotationProgress | undefined, now: RotationProgress): boolean {
  return last === undefined || JSON.stringify(last) !== JSON.stringify(now);
}

function endingOf({ state, phases }: RotationProgress): Ending | undefined {
  if (hasEnded({ state })) return state;
  const moves = phases.some(({ clusters }) => clusters.some((step) => step.state === 'running'));
  return state === 'stopped' && !moves ? 'stopped' : undefined;
}

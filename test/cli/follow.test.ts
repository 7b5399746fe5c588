import { expect, it } from 'vitest';
import { follow } from '../../cli/follow.ts';
import type { Seen } from '../../cli/rotations.ts';
import { Problem } from '../../problems/problem.ts';
import { memoOf } from '../../rotation/memo.ts';
import { completed, progress } from './samples.ts';

/** Follows looks that answer in turn, on a clock that only pauses move; resolves with all that was told. */
async function told(looks: readonly (() => Promise<Seen>)[], timeout?: number) {
  let clock = 0;
  const lines: string[] = [];
  const left = [...looks];
  const look = () =>
    (left.length > 1 ? left.shift() : left[0])?.() ?? Promise.reject(new Error('no look left'));
  const pause = (milliseconds: number) => {
    clock += milliseconds;
    return Promise.resolve();
  };
  const ending = await follow({
    look,
    clock: { now: () => new Date(clock), pause, interrupted: new AbortController().signal },
    follower: {
      quietSeconds: 10,
      changed: (_, now) => lines.push(now.state),
      silent: () => lines.push('silent'),
      deaf: (why) => lines.push(why),
      ended: (last) => lines.push(`ended ${last.state}`),
      endedUnheard: ({ memo, ended }) => lines.push(`left behind ${memo?.state ?? ''} ${ended?.state ?? ''}`),
    },
    timeout,
  });
  return { ending, lines, seconds: clock / 1000 };
}

const live =
  (state = progress()) =>
  () =>
    Promise.resolve<Seen>({ kind: 'live', progress: state });
const silent = () => Promise.resolve<Seen>({ kind: 'silent', memo: undefined });
const unreachable = () => Promise.reject(new Problem('TEMPORAL_UNREACHABLE', { object: 'localhost' }));
const times = (count: number, look: () => Promise<Seen>) => Array.from({ length: count }, () => look);

it('tells every state once and breaks the silence between', async () => {
  expect(await told([...times(25, live()), live(completed())])).toEqual({
    ending: 'completed',
    lines: ['running', 'silent', 'silent', 'completed', 'ended completed'],
    seconds: 25,
  });
});

it('waits for a worker and a server that are away, and says so', async () => {
  const { ending, lines } = await told([
    live(),
    ...times(12, unreachable),
    ...times(12, silent),
    live(completed()),
  ]);
  expect(lines).toEqual([
    'running',
    'no Temporal server answers',
    'no worker answers',
    'completed',
    'ended completed',
  ]);
  expect(ending).toBe('completed');
});

it('tells that it waits for an answer, and leaves at once when it is told to, though none comes', async () => {
  const lines: string[] = [];
  const leaving = new AbortController();
  const looks = [live(), () => new Promise<Seen>(() => undefined)];
  const ending = follow({
    look: () => looks.shift()?.() ?? Promise.reject(new Error('no look left')),
    clock: { now: () => new Date(), pause: () => Promise.resolve(), interrupted: leaving.signal },
    follower: {
      quietSeconds: 0,
      changed: (_, now) => lines.push(now.state),
      silent: () => undefined,
      deaf: (why) => {
        lines.push(why);
        leaving.abort();
      },
      ended: () => undefined,
      endedUnheard: () => undefined,
    },
    slow: 5,
  });
  expect(await ending).toBe('interrupted');
  expect(lines).toEqual(['running', 'no answer yet']);
});

it('does not wait for a server that was never there', async () => {
  await expect(told([unreachable])).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
});

it('ends at a stop only when it lasts: one that was just told to go on looks stopped for a moment', async () => {
  const stopped = progress({ state: 'stopped', phases: [] });
  expect(await told([...times(3, live(stopped)), live(), live(completed())])).toMatchObject({
    ending: 'completed',
  });
  expect(await told([live(stopped)])).toMatchObject({ ending: 'stopped', seconds: 5 });
});

it('stops waiting when the time is over', async () => {
  expect(await told([live()], 3)).toMatchObject({ ending: 'outOfTime', seconds: 3 });
});

it('ends with a rotation that has ended, where no worker answers for it', async () => {
  const memo = memoOf(completed(), new Date(0).toISOString());
  const done = () => Promise.resolve<Seen>({ kind: 'silent', memo });
  expect(await told([live(), done])).toMatchObject({
    ending: 'completed',
    lines: ['running', 'left behind completed '],
  });
  const ended = { state: 'terminated', at: new Date(0).toISOString() } as const;
  const never = () => Promise.resolve<Seen>({ kind: 'silent', memo: undefined, ended });
  expect(await told([never])).toMatchObject({
    ending: 'terminated',
    lines: ['left behind  terminated'],
  });
});

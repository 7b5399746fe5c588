import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../../activities/kube/wait.ts';
import { Problem } from '../../../problems/problem.ts';

const wait = { object: 'istiod of west', code: 'LOAD_TIMED_OUT', limitSeconds: 30 } as const;

/** The Problem at the limit, whose text says so much. */
const timedOut = (text: string) => (error: unknown) =>
  error instanceof Problem && error.code === 'LOAD_TIMED_OUT' && error.message.includes(text);

describe('a wait', () => {
  test('ends with what a look finds', async () => {
    let looks = 0;
    const look = () => Promise.resolve((looks += 1) === 3 ? 'found' : undefined);
    expect(await waitFor({ ...wait, look, everySeconds: 0.001 })).toBe('found');
  });

  test('is woken by a change long before the interval', async () => {
    let changed = false;
    const changes = (wake: () => void) => {
      setImmediate(() => {
        changed = true;
        wake();
      });
      return () => undefined;
    };
    const look = () => Promise.resolve(changed ? true : undefined);
    expect(await waitFor({ ...wait, look, changes, everySeconds: 60 })).toBe(true);
  });

  test('ends at the limit with the named problem and what it waited for', async () => {
    const ended = waitFor({
      ...wait,
      look: () => Promise.resolve(undefined),
      onWait: () => 'west/istiod-0: old version of ca-key',
      limitSeconds: 0.05,
      everySeconds: 0.01,
    });
    await expect(ended).rejects.toSatisfy(timedOut('west/istiod-0: old version of ca-key'));
  });

  test('looks over a passing problem, and names it at the limit', async () => {
    const look = () => Promise.reject(new Problem('CLUSTER_UNREACHABLE', { object: 'pods of west' }));
    const ended = waitFor({ ...wait, look, limitSeconds: 0.03, everySeconds: 0.01 });
    await expect(ended).rejects.toSatisfy(timedOut('the API server does not answer'));
  });

  test('gives at the limit the mend of what kept it from looking', async () => {
    const hint = 'kubectl --context west get --raw /readyz';
    const look = () => Promise.reject(new Problem('CLUSTER_UNREACHABLE', { object: 'pods of west', hint }));
    const ended = waitFor({ ...wait, look, limitSeconds: 0.03, everySeconds: 0.01 });
    await expect(ended).rejects.toMatchObject({ code: 'LOAD_TIMED_OUT', hint });
  });

  test('gives at the limit the mend of what it waits for, where that is known', async () => {
    const hint = 'date -u';
    const ended = waitFor({
      ...wait,
      look: () => Promise.resolve(undefined),
      hint: () => hint,
      limitSeconds: 0.03,
      everySeconds: 0.01,
    });
    await expect(ended).rejects.toMatchObject({ code: 'LOAD_TIMED_OUT', hint });
  });

  test('ends at once with a problem that no retry mends', async () => {
    const look = () => Promise.reject(new Problem('CLUSTER_FORBIDDEN', { object: 'pods of west' }));
    await expect(waitFor({ ...wait, look })).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' });
  });

  test('leaves a server alone for as long as it asks, whatever changes meanwhile', async () => {
    const instants: number[] = [];
    const busy = Object.assign(new Error('429'), { headers: { 'retry-after': '0.3' } });
    const look = () => {
      instants.push(performance.now());
      if (instants.length > 1) return Promise.resolve(true);
      return Promise.reject(new Problem('CLUSTER_THROTTLED', { object: 'pods' }, { cause: busy }));
    };
    const changes = (wake: () => void) => {
      const timer = setInterval(wake, 5);
      return () => clearInterval(timer);
    };
    expect(await waitFor({ ...wait, look, changes, everySeconds: 0.001 })).toBe(true);
    const [first = 0, second = 0] = instants;
    expect(second - first).toBeGreaterThan(290);
  });

  test('ends at once when cancelled while a server is left alone', async () => {
    const environment = new MockActivityEnvironment();
    const busy = Object.assign(new Error('429'), { headers: { 'retry-after': '60' } });
    const problem = new Problem('CLUSTER_THROTTLED', { object: 'pods' }, { cause: busy });
    environment.on('heartbeat', () => setImmediate(() => environment.cancel('WORKER_SHUTDOWN')));
    const running = environment.run(() => waitFor({ ...wait, look: () => Promise.reject(problem) }));
    await expect(running).rejects.toThrow('WORKER_SHUTDOWN');
  });

  test('heartbeats nothing that looks like a secret', async () => {
    const environment = new MockActivityEnvironment();
    const beats: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => {
      beats.push(details);
      environment.cancel('WORKER_SHUTDOWN');
    });
    const onWait = () => 'with Bearer abc.def';
    const running = environment.run(() =>
      waitFor({ ...wait, look: () => Promise.resolve(undefined), onWait }),
    );
    await expect(running).rejects.toThrow('WORKER_SHUTDOWN');
    expect(beats).toEqual([{ waitingFor: 'with Bearer [token]' }]);
  });

  test('heartbeats what it waits for, and ends at once when the activity is cancelled', async () => {
    const environment = new MockActivityEnvironment();
    const beats: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => {
      beats.push(details);
      environment.cancel('WORKER_SHUTDOWN');
    });
    const running = environment.run(() =>
      waitFor({
        ...wait,
        look: () => Promise.resolve(undefined),
        onWait: () => 'the roll',
        everySeconds: 60,
      }),
    );
    await expect(running).rejects.toThrow('WORKER_SHUTDOWN');
    expect(beats).toEqual([{ waitingFor: 'the roll' }]);
  });
});

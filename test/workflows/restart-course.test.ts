import { describe, expect, it } from 'vitest';
import { leftStale, RestartCourse } from '../../workflows/restart-course.ts';

const result = { at: '2026-11-21T13:00:00.000Z', restarted: [], remaining: 0, unmanaged: [] };
const owners = (count: number) => Array.from({ length: count }, (_, i) => `Deployment payments/app-${i}`);

describe('the course of restarts', () => {
  it('knows neither the number of batches nor what is in it while the first goes on', () => {
    const course = new RestartCourse();
    expect(course.doing).toBe('restarting, batch 1');
    expect(course.awaiting(60).what).toBe('its workloads to be ready');
  });

  it('counts the batches from what the last one left', () => {
    const course = new RestartCourse();
    course.ended({ ...result, restarted: owners(3), remaining: 7, next: owners(5) });
    expect(course.doing).toBe('restarting, batch 2 of 4');
    expect(course.awaiting(60).what).toBe('payments/app-0, payments/app-1 and 1 more to be ready');
    course.ended({ ...result, restarted: owners(3), remaining: 4, next: owners(4) });
    course.ended({ ...result, restarted: owners(3), remaining: 1, next: owners(1) });
    expect(course.doing).toBe('restarting, batch 4 of 4');
    expect(course.awaiting(60).what).toBe('payments/app-0 to be ready');
  });

  it('counts no batch that restarted nothing', () => {
    const course = new RestartCourse();
    course.ended({ ...result, restarted: owners(2), remaining: 2, next: owners(2) });
    course.ended({ ...result, remaining: 2, next: owners(2) });
    expect(course.doing).toBe('restarting, batch 2 of 2');
  });

  it('says when every batch is over and proxies are stale all the same', () => {
    const course = new RestartCourse();
    course.ended({ ...result, restarted: owners(2) });
    expect(course.doing).toBe('restarting what is still stale');
  });
});

it('names pods that nothing restarts', () => {
  expect(leftStale(result).what).toBe('new pods');
  const unmanaged = ['payments/a (no owner)', 'payments/b (Job b)', 'payments/c (Job c)'];
  expect(leftStale({ ...result, unmanaged }).what).toBe(
    'payments/a (no owner), payments/b (Job b) and 1 more, which nothing restarts',
  );
});

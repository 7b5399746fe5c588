import { describe, expect, it } from 'vitest';
import { notConverged, standstill, type Standstill } from '../../workflows/standstill.ts';

const start = Date.parse('2026-11-21T00:00:00.000Z');
const hour = 3_600_000;
const rollout = 600;

function census(converged: number, lastRenewal: number | undefined) {
  const last = lastRenewal === undefined ? undefined : new Date(lastRenewal).toISOString();
  const laggards = [{ pod: 'shop/web-0', reason: 'holds a leaf by A' }];
  return { at: '', total: 4, converged, laggards, nextRenewal: last, lastRenewal: last };
}

function look(before: Standstill | undefined, mode: 'restart' | 'renew', converged: number, hours: number) {
  // Looked at every hour, a leaf is always to renew in twelve more.
  const now = start + hours * hour;
  return standstill(before, census(converged, now + 12 * hour), { mode, rollout, now });
}

describe('the bound of a wait for proxies', () => {
  it('stays where the first census set it, however far ahead fresh pods will renew', () => {
    const first = look(undefined, 'renew', 1, 0);
    expect(first.until).toBe(start + 12 * hour + rollout * 1000);
    expect(look(look(first, 'renew', 1, 3), 'renew', 0, 6)).toEqual(first);
  });

  it('is moved by a census that shows more converged than any before', () => {
    const first = look(undefined, 'renew', 1, 0);
    expect(look(first, 'renew', 2, 1).until).toBe(start + 13 * hour + rollout * 1000);
  });

  it('is one rollout where workloads are restarted, whenever their leaves would renew', () => {
    expect(look(undefined, 'restart', 0, 0).until).toBe(start + rollout * 1000);
  });

  it('is one rollout where a renewal is overdue', () => {
    const overdue = standstill(undefined, census(0, start - hour), { mode: 'renew', rollout, now: start });
    expect(overdue.until).toBe(start + rollout * 1000);
  });

  it('names who did not follow when it is over', () => {
    expect(notConverged('weu', census(3, undefined)).message).toContain(
      'expected 4 proxies converged, found 3; shop/web-0 holds a leaf by A',
    );
  });
});

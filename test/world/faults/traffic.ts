import { expect } from 'vitest';
import type { Lane } from './world.ts';

/** What became of the handshakes of a run. */
export interface Traffic {
  readonly attempted: number;
  readonly failed: number;
}

/** No handshake fails; where the fault by itself breaks traffic, those fail that the scenario names, and no others. */
export function judgeTraffic({ scenario: { breaksTraffic }, sim }: Lane): Traffic | undefined {
  const { attempted, failed, byReason, failures } = sim.prober.stats();
  expect(attempted).toBeGreaterThan(25);
  if (breaksTraffic === undefined) {
    expect(failed, JSON.stringify(failures)).toBe(0);
    return undefined;
  }
  expect(Object.keys(byReason)).toEqual([breaksTraffic.reason]);
  const agents = failures.filter(({ from }) => from.startsWith('agent of'));
  expect(agents).toHaveLength(breaksTraffic.between === 'agents and istiod' ? failures.length : 0);
  return { attempted, failed };
}

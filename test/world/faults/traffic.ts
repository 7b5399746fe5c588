import { expect } from 'vitest';
import type { RotationProgress } from '../../../rotation/progress.ts';
import type { Scenario } from '../../../sim/scenarios/scenario.ts';
import { demandTraffic } from '../traffic-floor.ts';
import { settings, type Lane } from './world.ts';

/** What became of the handshakes of a run. */
export interface Traffic {
  readonly attempted: number;
  readonly failed: number;
}

/** No handshake fails; where the fault by itself breaks traffic, those fail that the scenario names, and no others. */
export function judgeTraffic(
  lane: Lane,
  { breaksTraffic }: Pick<Scenario, 'breaksTraffic'>,
  progress: RotationProgress,
): Traffic | undefined {
  const { attempted, failed, byReason, failures } = lane.sim.prober.stats();
  demandTrafficOf(lane, progress);
  demandOldWithNew(lane);
  if (breaksTraffic === undefined) {
    expect(failed, JSON.stringify(failures)).toBe(0);
    return undefined;
  }
  expect(Object.keys(byReason)).toEqual([breaksTraffic.reason]);
  const agents = failures.filter(({ from }) => from.startsWith('agent of'));
  expect(agents).toHaveLength(breaksTraffic.between === 'agents and istiod' ? failures.length : 0);
  return { attempted, failed };
}

/** As `demandTraffic` of a lane of these. */
export function demandTrafficOf(
  { sim }: Pick<Lane, 'sim'>,
  progress: Pick<RotationProgress, 'startedAt' | 'endedAt'>,
): void {
  demandTraffic(
    { attempted: sim.prober.stats().attempted, perSecond: settings.handshakesPerSecond },
    progress,
  );
}

/** Workloads of one cluster and of the other accepted each other while both had old leaves, both new ones, and mixed. */
export function demandOldWithNew({ sim: { ca, clusters, prober } }: Pick<Lane, 'sim'>): void {
  const names = clusters.map(({ profile }) => profile.name);
  const old = names.map((name) => `${name}/${ca.units.get(name)?.cert.fingerprint.slice(0, 8) ?? ''}`);
  const clusterOf = (side: string) => names.find((name) => side.startsWith(`${name}/`));
  const across = prober.stats().accepted.flatMap((pair) => {
    const [client = '', server = ''] = pair.split(' → ');
    const isAcross = [client, server].every(clusterOf) && clusterOf(client) !== clusterOf(server);
    return isAcross ? [[client, server].map((side) => (old.includes(side) ? 'old' : 'new')).join(' → ')] : [];
  });
  expect([...new Set(across)].toSorted()).toEqual(['new → new', 'new → old', 'old → new', 'old → old']);
}

import { afterEach, expect, test } from 'vitest';
import type { SimFleet } from '../../../sim/fleet.ts';
import { allHold, setsOf, shortLivedFleet, writeAll } from './rotation.ts';

let fleet: SimFleet | undefined;

afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
});

const minutes = 60_000;

test(
  'three phases with a barrier between them break no handshake anywhere',
  { timeout: 3 * minutes },
  async () => {
    fleet = shortLivedFleet(7);
    const sets = setsOf(fleet);
    await fleet.start();
    const both = (one: string, other: string): string => one + other;

    fleet.prober.beginPhase('distribute');
    writeAll(fleet, (cluster) => ({ root: both(sets(cluster).old.root, sets(cluster).next.root) }));
    await allHold(fleet, (cluster) => ({ roots: both(sets(cluster).old.root, sets(cluster).next.root) }));
    const distribute = fleet.prober.stats().inPhase;

    fleet.prober.beginPhase('activate');
    writeAll(fleet, (cluster) => ({ chain: both(sets(cluster).next.chain, sets(cluster).old.chain) }));
    await allHold(fleet, (cluster) => ({ chainHas: sets(cluster).next.cert }));
    writeAll(fleet, (cluster) => ({ key: sets(cluster).next.key, cert: sets(cluster).next.cert }));
    await allHold(fleet, (cluster) => ({ signer: sets(cluster).next.cert }));
    writeAll(fleet, (cluster) => ({ chain: sets(cluster).next.chain }));
    await allHold(fleet, (cluster) => ({ chainLacks: sets(cluster).old.cert }));
    const activate = fleet.prober.stats().inPhase;

    fleet.prober.beginPhase('revoke');
    writeAll(fleet, (cluster) => ({ root: sets(cluster).next.root }));
    await allHold(fleet, (cluster) => ({ roots: sets(cluster).next.root }));
    const all = fleet.prober.stats();

    expect(all.failures).toEqual([]);
    expect(all.failed).toBe(0);
    // Every ordered pair of cluster and generation that there was, and agents to each istiod: more than those of one
    // generation, of the other, and of agents alone, so that old leaves have met new ones.
    expect(activate.pairs.covered).toBe(activate.pairs.total);
    expect(activate.pairs.covered).toBeGreaterThan(9 + 9 + 6);
    for (const { attempted, pairs } of [distribute, all.inPhase]) {
      expect(attempted).toBeGreaterThan(100);
      expect(pairs.covered).toBeGreaterThanOrEqual(9 + 6);
    }
  },
);

test(
  'two phases, as the article has them, break handshakes while leaves are renewed',
  { timeout: 3 * minutes },
  async () => {
    fleet = shortLivedFleet(8);
    const sets = setsOf(fleet);
    await fleet.start();
    writeAll(fleet, (cluster) => ({ root: sets(cluster).old.root + sets(cluster).next.root }));
    await allHold(fleet, (cluster) => ({ roots: sets(cluster).old.root + sets(cluster).next.root }));
    expect(fleet.prober.stats().failed).toBe(0);

    writeAll(fleet, (cluster) => sets(cluster).next);
    await allHold(fleet, (cluster) => ({ roots: sets(cluster).next.root, signer: sets(cluster).next.cert }));
    const { failed, byReason } = fleet.prober.stats();
    expect(failed).toBeGreaterThan(0);
    expect(Object.keys(byReason)).toContain('SELF_SIGNED_CERT_IN_CHAIN');
  },
);

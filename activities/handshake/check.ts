import { Problem } from '../../problems/problem.ts';
import type { HandshakeEvidence, MeshRef, UnitRef } from '../contract.ts';
import { pause } from '../kube/heartbeat.ts';
import type { MeshWorld } from '../mesh-world.ts';
import { beating } from '../workloads/beating.ts';
import { handshake, type Side } from './handshake.ts';
import { asProblem, newLeaf, peersOf } from './peers.ts';

/** Other clusters that take part: those that follow in the fleet file, so that all units together ask all. */
const othersAsked = 5;

/** Seconds before each further time that others are asked, where something that passes kept all of them from it. */
const askedAgainAfter = [1, 2, 4];

/** What came of asking a cluster for peers. */
interface Asked {
  readonly cluster: string;
  readonly found: readonly Side[] | Problem;
}

/**
 * A new leaf by the unit's istiod shakes hands, as client and as server, with what proxies of its own cluster and of
 * others hold. Runs in memory: Envoy's inbound listener cannot be reached from outside (docs/proofs.md).
 * @throws Problem HANDSHAKE_REFUSED; HANDSHAKE_NOT_MADE where no other cluster could be asked; or why the unit itself cannot be asked
 */
export async function checkHandshakes(world: MeshWorld, input: UnitRef): Promise<HandshakeEvidence> {
  const { fleet, mesh } = input;
  return beating(`handshakes of a new leaf of ${input.unit}`, async () => {
    const { controlPlanes, clusters: own } = await world.unit(input);
    const home = controlPlanes[0]?.cluster ?? input.unit;
    const leaf = await newLeaf(world, { fleet, mesh, cluster: home });
    const ownNames = own.map(({ name }) => name);
    const ask = async (cluster: string): Promise<Asked> => {
      const found = await peersOf(world, { fleet, mesh, cluster }).catch(asProblem);
      return { cluster, found };
    };
    const asked = await Promise.all(ownNames.slice(0, 1).map(ask));
    const others = othersOf(world, input, ownNames);
    const isReached = (cluster: string) => reachOf(world, input, cluster) === reachOf(world, input, home);
    const across = await askAcross(others, ask, isReached);
    if (!across.some(hasPeers)) demandAcross(input.unit, across, isReached);
    asked.push(...across);
    let handshakes = 0;
    for (const peer of asked.flatMap(({ found }) => (found instanceof Problem ? [] : found))) {
      await demandAccepted(leaf, peer);
      await demandAccepted(peer, leaf);
      handshakes += 2;
    }
    return {
      at: new Date().toISOString(),
      handshakes,
      clusters: asked.filter(hasPeers).map(({ cluster }) => cluster),
      unasked: asked.filter(({ found }) => found instanceof Problem).map(({ cluster }) => cluster),
    };
  });
}

/**
 * Asks some again that were cut off, throttled or restarted just then: a person could do no more about that. Others,
 * and more of them, are not asked for longer than a step may take.
 */
async function askAcross(
  others: readonly string[],
  ask: (cluster: string) => Promise<Asked>,
  isReached: (cluster: string) => boolean,
): Promise<readonly Asked[]> {
  let asked = await askInTurn(others, ask);
  for (const seconds of askedAgainAfter) {
    const passing = asked.filter(
      ({ cluster, found }) => found instanceof Problem && found.retryable && isReached(cluster),
    );
    if (asked.some(hasPeers) || passing.length === 0) break;
    await pause(seconds);
    const again = await Promise.all(passing.slice(0, othersAsked).map(({ cluster }) => ask(cluster)));
    asked = asked.map((one) => again.find(({ cluster }) => cluster === one.cluster) ?? one);
  }
  return asked;
}

/** One that has no proxy tells nothing: those after it are asked. */
async function askInTurn(
  others: readonly string[],
  ask: (cluster: string) => Promise<Asked>,
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (let at = 0; at < others.length && !asked.some(hasPeers); at += othersAsked) {
    asked.push(...(await Promise.all(others.slice(at, at + othersAsked).map(ask))));
  }
  return asked;
}

/**
 * One may be away, and the barrier has seen what it trusts; where none could be asked, the other units would follow on
 * nothing. Those that the fleet file gives to other workers cannot be asked from here, and are only told of.
 */
function demandAcross(unit: string, others: readonly Asked[], isReached: (cluster: string) => boolean): void {
  const missed = others.flatMap(({ cluster, found }) =>
    found instanceof Problem && isReached(cluster) ? [`${cluster}: ${found.message}`] : [],
  );
  if (missed.length === 0) return;
  throw new Problem('HANDSHAKE_NOT_MADE', {
    object: `a new leaf of ${unit}`,
    expected: 'a handshake with a proxy of another cluster',
    found: missed.slice(0, othersAsked).join('; '),
  });
}

function reachOf(world: MeshWorld, { fleet, mesh }: MeshRef, cluster: string): string | undefined {
  return world.cluster({ fleet, mesh, cluster }).reach;
}

function hasPeers({ found }: Asked): boolean {
  return !(found instanceof Problem) && found.length > 0;
}

async function demandAccepted(client: Side, server: Side): Promise<void> {
  const refused = await handshake(client, server);
  if (refused === undefined) return;
  throw new Problem('HANDSHAKE_REFUSED', {
    object: `${client.name} to ${server.name}`,
    expected: 'that both accept',
    found: refused,
  });
}

function othersOf(world: MeshWorld, input: UnitRef, own: readonly string[]): readonly string[] {
  const names = world.mesh(input).clusters.map(({ name }) => name);
  const start = names.findIndex((name) => own.includes(name));
  const following = [...names.slice(start + 1), ...names.slice(0, start)];
  return following.filter((name) => !own.includes(name));
}

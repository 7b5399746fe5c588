import { Problem } from '../../problems/problem.ts';
import type { HandshakeEvidence, UnitRef } from '../contract.ts';
import type { MeshWorld } from '../mesh-world.ts';
import { beating } from '../workloads/beating.ts';
import { handshake, type Side } from './handshake.ts';
import { newLeaf, onlyProblem, peersOf } from './peers.ts';

/** Other clusters that take part: those that follow in the fleet file, so that all units together ask all. */
const othersAsked = 5;

/**
 * A new leaf by the unit's istiod shakes hands, as client and as server, with what proxies of its own cluster and of
 * others hold. Runs in memory: Envoy's inbound listener cannot be reached from outside (docs/proofs.md).
 * @throws Problem HANDSHAKE_REFUSED, or why the unit itself cannot be asked
 */
export async function checkHandshakes(world: MeshWorld, input: UnitRef): Promise<HandshakeEvidence> {
  const { fleet, mesh } = input;
  return beating(`handshakes of a new leaf of ${input.unit}`, async () => {
    const { controlPlanes, clusters: own } = await world.unit(input);
    const home = controlPlanes[0]?.cluster ?? input.unit;
    const leaf = await newLeaf(world, { fleet, mesh, cluster: home });
    const ownNames = own.map(({ name }) => name);
    const names = [...ownNames.slice(0, 1), ...othersOf(world, input, ownNames)];
    // One may be out of this worker's reach, or away: the barrier has seen what it trusts.
    const asked = await Promise.all(
      names.map(async (cluster) => ({
        cluster,
        peers: await peersOf(world, { fleet, mesh, cluster }).catch(onlyProblem),
      })),
    );
    let handshakes = 0;
    for (const peer of asked.flatMap(({ peers }) => peers ?? [])) {
      await demandAccepted(leaf, peer);
      await demandAccepted(peer, leaf);
      handshakes += 2;
    }
    return {
      at: new Date().toISOString(),
      handshakes,
      clusters: asked.filter(({ peers }) => (peers?.length ?? 0) > 0).map(({ cluster }) => cluster),
      unasked: asked.filter(({ peers }) => peers === undefined).map(({ cluster }) => cluster),
    };
  });
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
  return following.filter((name) => !own.includes(name)).slice(0, othersAsked);
}

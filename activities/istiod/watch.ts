import { composeBundle } from '../../pki/bundle.ts';
import { Problem } from '../../problems/problem.ts';
import type { Activities, KnownUnit, Regression, WatchResult } from '../contract.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { pause } from '../kube/heartbeat.ts';
import type { MeshWorld } from '../mesh-world.ts';
import { beating } from '../workloads/beating.ts';
import { LoadProofs } from './load-proofs.ts';
import { listReplicas, type Replica } from './replicas.ts';
import { demandRotatable } from './rotatable.ts';
import { demandSourceAsProven } from './source-as-proven.ts';

type WatchInput = Parameters<Activities['watchUnits']>[0];

/** A Problem's text may name many things; a result of ten units stays below 16 KB. */
const mostText = 600;
const namedReplicas = 3;

/**
 * Looks whether units are still as they were proven. What only passes, as a replica that is being replaced, is gone
 * at the second look.
 * @throws Problem where a unit cannot be looked at for a while: a retry may help
 */
export async function watchUnits(world: MeshWorld, input: WatchInput): Promise<WatchResult> {
  const { units } = input;
  return beating(`${units.length} units that were proven`, async () => {
    const first = await Promise.all(units.map((unit) => lookAt(world, input, unit)));
    const doubtful = units.filter((_, i) => typeof first[i] !== 'number');
    if (doubtful.length > 0) await pause(input.patience);
    const second = await Promise.all(doubtful.map((unit) => lookAt(world, input, unit)));
    const looks = [...first.filter((look) => typeof look === 'number'), ...second];
    return {
      at: new Date().toISOString(),
      replicas: looks.reduce<number>((sum, look) => sum + (typeof look === 'number' ? look : 0), 0),
      regressions: looks.filter((look) => typeof look !== 'number'),
    };
  });
}

/** How many replicas serve what was proven; or what is not as proven. */
async function lookAt(world: MeshWorld, input: WatchInput, unit: KnownUnit): Promise<number | Regression> {
  try {
    return await demandAsProven(world, input, unit);
  } catch (error) {
    if (!(error instanceof Problem) || error.retryable) throw error;
    const { code, message, hint } = error.report();
    return { unit: unit.unit, code, message: message.slice(0, mostText), hint: hint.slice(0, mostText) };
  }
}

async function demandAsProven(world: MeshWorld, input: WatchInput, proven: KnownUnit): Promise<number> {
  const { fleet, mesh, leases } = input;
  const { source, controlPlanes } = await world.unit({ fleet, mesh, ...proven });
  const primaries = controlPlanes.map(({ cluster }) => ({ fleet, mesh, cluster }));
  await Promise.all(primaries.map((primary) => demandRotatable(world, primary)));
  const reading = await source.read();
  const { serves = [proven], holds = [proven] } = proven;
  demandSourceAsProven(reading, holds, { leases, object: source.object });
  const served = serves.flatMap(({ expect }) => expect.roots);
  const roots = reading.certificates.filter(({ fingerprint }) => served.includes(fingerprint));
  const proofs = serves.map((each) => new LoadProofs(world, { fleet, mesh }, each, composeBundle(roots)));
  const looks = await Promise.all(
    primaries.map(async (primary) => {
      const client = world.client(primary);
      const planes = await world.controlPlanes(primary);
      const each = await Promise.all(
        planes.map(async (plane) => {
          const replicas = await listReplicas(client, plane);
          const running = replicas.filter(({ ready, terminating }) => ready && !terminating);
          if (running.length === 0) {
            const why = replicas.find(({ waiting: reason }) => reason !== undefined)?.waiting;
            return [`${client.name}/${plane.deployment}: no replica is ready${why ? `, ${why}` : ''}`];
          }
          const lacking = await Promise.all(running.map((replica) => lackOf(proofs, client, replica)));
          return lacking.map((lack, i) => lack && `${client.name}/${running[i]?.pod ?? ''}: ${lack}`);
        }),
      );
      return each.flat();
    }),
  );
  const replicas = looks.flat();
  const lacks = replicas.filter((lack) => lack !== undefined);
  if (lacks.length === 0) return replicas.length;
  const more = lacks.length - namedReplicas;
  throw new Problem('ISTIOD_REGRESSED', {
    object: `istiod of ${primaries.map(({ cluster }) => cluster).join(', ')}`,
    found: [...lacks.slice(0, namedReplicas), ...(more > 0 ? [`and ${more} more`] : [])].join('; '),
  });
}

/** Undefined where a replica serves one of them; else what it lacks of the first. */
async function lackOf(
  proofs: readonly LoadProofs[],
  client: ClusterClient,
  replica: Replica,
): Promise<string | undefined> {
  let first: string | undefined;
  for (const proof of proofs) {
    const { lack } = await proof.look(client, replica);
    if (lack === undefined) return undefined;
    first ??= lack;
  }
  return first;
}

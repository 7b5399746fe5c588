import type { ObjectNames } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import type { SetVersions, SyncEvidence, UnitRef } from '../contract.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { reached } from '../kube/reached.ts';
import { waitFor } from '../kube/wait.ts';
import type { MeshWorld } from '../mesh-world.ts';
import { AwaitedSource } from './awaited-source.ts';
import type { ControlPlane } from './control-plane.ts';
import { demandCsiRotation } from './csi-driver.ts';
import { podVersions, type PodVersions } from './pod-versions.ts';
import { listReplicas, type Replica } from './replicas.ts';
import { secretHolds } from './synced-secret.ts';

/**
 * Waits until the own volume of every istiod replica has the versions written, those of replicas and revisions
 * included that appear meanwhile. Where the volume is a Secret, versions cannot be seen: its contents are compared with the
 * source's, and how far kubelet is shows when istiod loads it.
 * @throws Problem SYNC_TIMED_OUT at the limit, SOURCE_CHANGED_BY_OTHER where somebody wrote newer versions,
 *   CSI_ROTATION_OFF, CACERTS_SOURCE_UNKNOWN
 */
export async function awaitSynced(
  world: MeshWorld,
  input: UnitRef & { readonly versions: SetVersions; readonly limit: number },
): Promise<SyncEvidence> {
  const { fleet, mesh, versions, limit } = input;
  const wait = {
    object: `volumes of istiod of ${input.controlPlanes.join(', ')}`,
    code: 'SYNC_TIMED_OUT',
    expected: 'the versions written in every replica',
    limitSeconds: limit,
  } as const;
  const { known, leftSeconds } = await reached(wait, async () => {
    const { source, controlPlanes } = await world.unit(input);
    const awaited = new AwaitedSource(source, versions);
    const homesOf = async ({
      cluster,
      objects,
    }: (typeof controlPlanes)[number]): Promise<readonly Home[]> => {
      const client = world.client({ fleet, mesh, cluster });
      const planes = await world.controlPlanes({ fleet, mesh, cluster });
      return planes.map((plane) => ({ client, plane, wanted: { objects, versions, source: awaited } }));
    };
    const listHomes = async () => (await Promise.all(controlPlanes.map(homesOf))).flat();
    const mounting = (await listHomes()).filter(({ plane }) => plane.cacerts.kind === 'csi');
    // One driver a cluster, however many revisions mount from it.
    const clients = new Set(mounting.map(({ client }) => client));
    await Promise.all([...clients].map((client) => demandCsiRotation(client)));
    return { awaited, listHomes };
  });
  const { awaited, listHomes } = known;
  let waiting: readonly string[] = [];
  return waitFor({
    ...{ ...wait, leftSeconds },
    everySeconds: 1,
    onWait: () => waiting.slice(0, 5).join('; '),
    look: async () => {
      const states = (await Promise.all((await listHomes()).map(syncStates))).flat();
      waiting = states.flatMap(({ pod, lack }) => (lack === undefined ? [] : [`${pod}: ${lack}`]));
      if (waiting.length > 0) {
        await awaited.demandUnchanged();
        return undefined;
      }
      return { at: new Date().toISOString(), pods: states.map(({ pod }) => pod) };
    },
  });
}

interface Home {
  readonly client: ClusterClient;
  readonly plane: ControlPlane;
  readonly wanted: Wanted;
}

interface Wanted {
  readonly objects: ObjectNames;
  readonly versions: SetVersions;
  readonly source: AwaitedSource;
}

interface SyncState {
  /** `west/istiod-asm-1-30-…` */
  readonly pod: string;
  /** What its volume lacks, in words. */
  readonly lack: string | undefined;
}

async function syncStates({ client, plane, wanted }: Home): Promise<readonly SyncState[]> {
  const replicas = await listReplicas(client, plane);
  const running = replicas.filter(({ terminating }) => !terminating);
  if (running.length === 0) {
    return [{ pod: `${client.name}/${plane.deployment}`, lack: 'no replica runs' }];
  }
  // Where istiod reads a Secret, the cluster may have no CSI driver and not even its resources.
  const csi = running.some(({ cacerts }) => cacerts.kind === 'csi');
  const mounted = csi ? await podVersions(client, plane.namespace) : undefined;
  return Promise.all(
    running.map(async (replica) => ({
      pod: `${client.name}/${replica.pod}`,
      lack: await lackOf(client, replica, mounted, wanted),
    })),
  );
}

async function lackOf(
  client: ClusterClient,
  { pod, plane, cacerts }: Replica,
  mounted: PodVersions | undefined,
  { objects, versions, source }: Wanted,
): Promise<string | undefined> {
  if (cacerts.kind === 'csi') return mounted?.lack(pod, cacerts.secretProviderClass, objects, versions);
  if (cacerts.kind === 'secret') {
    return secretHolds(client, { namespace: plane.namespace, name: cacerts.secret }, source);
  }
  throw new Problem('CACERTS_SOURCE_UNKNOWN', {
    object: `istiod ${pod} of cluster ${client.name}`,
    found: 'no volume',
  });
}

import { resolve } from 'node:path';
import { defaults } from '../../fleet/defaults.ts';
import type { Fleet, Mesh } from '../../fleet/fleet.ts';
import { loadFleet } from '../../fleet/load.ts';
import { usage } from '../flags.ts';
import { meshOf } from '../rotation/plan-flags.ts';
import type { InspectFlags, Where } from './place-flags.ts';

/** Where to look: a mesh of a fleet file, or one cluster by its context. */
export interface InspectTarget {
  readonly fleet: Fleet;
  readonly mesh: Mesh;
  /** For people: `prod/payments`, or the name of the context. */
  readonly name: string;
  /** The clusters that are looked at; all of the mesh are where it is asked who trusts what. */
  readonly clusters: readonly string[];
}

/** Undefined where only files are looked at. Throws USAGE, NO_SUCH_MESH, or what is wrong with the fleet file. */
export async function targetOf(flags: InspectFlags, where: Where): Promise<InspectTarget | undefined> {
  const { file, context, kubeconfig } = flags;
  if (file !== undefined && (context ?? kubeconfig) !== undefined)
    throw usage('where to look', 'either -f FILE or --context NAME', 'both');
  if (file !== undefined) {
    const fleet = await loadFleet(file);
    const mesh = meshOf(fleet, flags.mesh);
    return { fleet, mesh, name: `${fleet.name}/${mesh.name}`, clusters: clustersOf(mesh, flags, where) };
  }
  if (where.kind === 'files' && context === undefined && kubeconfig === undefined) return undefined;
  const fleet = fleetOfOne(context, kubeconfig);
  const [mesh] = fleet.meshes;
  return mesh && { fleet, mesh, name: fleet.name, clusters: mesh.clusters.map(({ name }) => name) };
}

/** Sources and istiods are where control planes are; a pod or a Secret is in one cluster. */
function clustersOf({ clusters }: Mesh, { cluster }: InspectFlags, { kind }: Where): readonly string[] {
  const isPlane = kind === 'source' || kind === 'istiod';
  const wanted = clusters.filter(({ name }) => cluster === undefined || name === cluster);
  const names = clusters.map(({ name }) => name).join(' or ');
  if (wanted.length === 0) throw usage('--cluster', names, cluster ?? 'none');
  if (isPlane) return [...new Set(wanted.map(({ controlPlane }) => controlPlane))];
  if (wanted.length > 1 && kind !== 'files') throw usage('--cluster', names, 'none');
  return wanted.map(({ name }) => name);
}

/** A fleet of one cluster, all of which is found in it. */
function fleetOfOne(context: string | undefined, kubeconfig: string | undefined): Fleet {
  const name = context ?? 'current-context';
  return {
    name,
    file: '',
    // Never written to: an inspection leaves nothing behind.
    evidence: { kind: 'folder', path: resolve(defaults.evidenceFolder) },
    meshes: [
      {
        name: 'mesh',
        trustDomain: 'cluster.local',
        issuer: { kind: 'files' },
        waveWidth: 1,
        limits: defaults.limits,
        trustHolders: [],
        compromised: [],
        clusters: [
          {
            ...{ name, controlPlane: name, istioNamespace: undefined, revision: undefined, reach: undefined },
            access: { kind: 'kubeconfig', path: kubeconfig, context },
            keyVault: { url: undefined, objects: undefined, emulator: undefined },
            ...{ workloads: defaults.workloads, cronJob: defaults.cronJob },
            execFallback: defaults.execFallback,
          },
        ],
      },
    ],
  };
}

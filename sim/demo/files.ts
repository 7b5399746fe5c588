import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeKubeconfig, type KubeconfigCluster } from '../api/kubeconfig.ts';
import type { NewRoot } from '../issuing/new-root.ts';
import { makeMeshCa, writeNewCa, type MeshCa } from '../new-ca.ts';
import type { ClusterProfile } from './profiles.ts';

/** Where a simulated fleet is reached; written so that the product can be pointed at it. */
export interface FleetFiles {
  readonly directory: string;
  /** Of the fleet in its file; `demo` where left out. */
  readonly name?: string | undefined;
  readonly trustDomain: string;
  /** What the mesh trusts and signs with at the start. */
  readonly ca: MeshCa;
  readonly apiServers: readonly KubeconfigCluster[];
  readonly vaults: readonly { readonly name: string; readonly url: string; readonly token: string }[];
  /** The CA behind every vault's certificate; PEM. */
  readonly vaultCa: string;
  readonly profiles: readonly ClusterProfile[];
  /** Whose key makes the intermediates of a new root; they are made with it, as files, where left out. */
  readonly newRoot?: NewRoot | undefined;
  /** Go over the limits of the demo's fleet file. */
  readonly limits?: Partial<typeof limits> | undefined;
}

/**
 * Writes `kubeconfig`, `vault-ca.pem`, a token file per vault, `fleet.yaml`, and two folders of new CAs: `root-b` for a
 * root rotation, `intermediate-b` for one of intermediates under the present root. With a `newRoot` that is somebody
 * else's to sign with, `root-b` has no intermediates, and there is no `intermediate-b`.
 */
export async function writeFleetFiles(o: FleetFiles): Promise<void> {
  const { directory } = o;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(directory, name), text, { mode: 0o600 });
  await writeKubeconfig({ file: join(directory, 'kubeconfig'), clusters: o.apiServers });
  await write('vault-ca.pem', o.vaultCa);
  for (const vault of o.vaults) await write(`${vault.name}.token`, vault.token);
  const urlOf = (name: string): string => urlIn(o.vaults, name);
  const issuer = await o.newRoot?.write(directory, urlOf);
  await write('fleet.yaml', fleetYaml(o, issuer));
  if (o.newRoot === undefined) await writeNewCas(o);
}

async function writeNewCas({ directory, profiles, ca }: FleetFiles): Promise<void> {
  const units = profiles.map(({ name }) => name);
  const rootB = makeMeshCa({ generation: 'B', units });
  await writeNewCa(join(directory, 'root-b'), rootB);
  const intermediates = makeMeshCa({ generation: 'B', units, root: ca.root });
  await writeNewCa(join(directory, 'intermediate-b'), intermediates, { withRoot: false });
  await ownerOnly(join(directory, 'root-b'));
  await ownerOnly(join(directory, 'intermediate-b'));
}

function urlIn(vaults: FleetFiles['vaults'], name: string): string {
  const vault = vaults.find((one) => one.name === name);
  if (vault === undefined) throw new RangeError(`no vault ${name} is served`);
  return vault.url;
}

function fleetYaml(
  { name = 'demo', trustDomain, profiles, vaults, ...o }: FleetFiles,
  issuer: unknown,
): string {
  return stringify({
    apiVersion: 'meshturn.io/v1alpha1',
    kind: 'Fleet',
    name,
    evidence: { folder: './evidence' },
    meshes: [
      {
        name: 'payments',
        trustDomain,
        ...(issuer === undefined ? {} : { issuer }),
        policy: { limits: { ...limits, ...o.limits } },
        clusters: profiles.map(({ name, vault, workloads, cronJob }) => ({
          ...{ name, kubeconfig: './kubeconfig', context: name },
          policy: { workloads: workloadsPolicy(workloads), cronJob },
          source: {
            keyVault: {
              url: urlIn(vaults, vault),
              emulator: { caFile: './vault-ca.pem', tokenFile: `./${vault}.token` },
            },
          },
        })),
      },
    ],
  });
}

function workloadsPolicy(workloads: ClusterProfile['workloads']): unknown {
  return workloads.mode === 'renew' ? workloads : { mode: 'restart', batch: `${workloads.batchPercent}%` };
}

/** Bounds for the simulation's seconds; kubelet's delay is waited out in full, a killed worker's silence too. */
const limits = {
  ...{ sync: '60s', load: '60s', secondPlane: '30s', kubeletPropagation: '1s', clockSkew: '2s' },
  ...{ rollout: '60s', censusEvery: '1s', heartbeat: '5s', watchEvery: '5s' },
};

async function ownerOnly(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
  }
  await chmod(directory, 0o700);
}

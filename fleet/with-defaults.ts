import { resolve } from 'node:path';
import type { WorkloadsPolicy } from '../rotation/shape.ts';
import { defaults } from './defaults.ts';
import type {
  Cluster,
  ClusterAccess,
  EvidencePlace,
  Fleet,
  Issuer,
  KeyVaultSettings,
  Mesh,
  VaultEmulator,
} from './fleet.ts';
import type { ClusterEntry, FleetFile, MeshEntry, WorkloadsEntry } from './schema.ts';

/** Fills in what the file leaves out. Paths in it start at `folder`, the file's own. */
export function withDefaults(entry: FleetFile, file: string, folder: string): Fleet {
  return {
    name: entry.name,
    file,
    evidence: evidenceOf(entry, folder),
    meshes: entry.meshes.map((mesh) => meshOf(mesh, folder)),
  };
}

function evidenceOf({ evidence }: FleetFile, folder: string): EvidencePlace {
  if (evidence?.azureBlob === undefined) {
    return { kind: 'folder', path: resolve(folder, evidence?.folder ?? defaults.evidenceFolder) };
  }
  const { url, emulator } = evidence.azureBlob;
  return { kind: 'azureBlob', url, emulator: emulatorOf(emulator, folder) };
}

function meshOf(entry: MeshEntry, folder: string): Mesh {
  const { policy = {}, trustHolders = [] } = entry;
  return {
    name: entry.name,
    trustDomain: entry.trustDomain,
    issuer: issuerOf(entry, folder),
    waveWidth: policy.waveWidth ?? defaults.waveWidth,
    limits: {
      sync: policy.limits?.sync ?? defaults.limits.sync,
      load: policy.limits?.load ?? defaults.limits.load,
      secondPlane: policy.limits?.secondPlane ?? defaults.limits.secondPlane,
      kubeletPropagation: policy.limits?.kubeletPropagation ?? defaults.limits.kubeletPropagation,
      clockSkew: policy.limits?.clockSkew ?? defaults.limits.clockSkew,
      rollout: policy.limits?.rollout ?? defaults.limits.rollout,
      censusEvery: policy.limits?.censusEvery ?? defaults.limits.censusEvery,
      heartbeat: policy.limits?.heartbeat ?? defaults.limits.heartbeat,
      watchEvery: policy.limits?.watchEvery ?? defaults.limits.watchEvery,
    },
    clusters: entry.clusters.map((cluster) => clusterOf(cluster, policy, folder)),
    compromised: policy.compromised ?? [],
    trustHolders: trustHolders.map(({ name, description, authenticates }) => ({
      ...{ name, description },
      ...(authenticates === undefined ? {} : { authenticates }),
    })),
  };
}

function issuerOf({ issuer = {} }: MeshEntry, folder: string): Issuer {
  const { files, command, offline, 'key-vault-key': vaultKey } = issuer;
  if (files?.rootKey !== undefined) {
    return {
      kind: 'rootKey',
      path: resolve(folder, files.rootKey),
      passphraseEnv: files.passphraseEnv,
    };
  }
  if (vaultKey !== undefined) {
    return { kind: 'keyVaultKey', key: vaultKey.key, emulator: emulatorOf(vaultKey.emulator, folder) };
  }
  if (command !== undefined) {
    const [program = '', ...args] = command.run;
    // A bare name is looked for on the PATH.
    const run = [program.includes('/') ? resolve(folder, program) : program, ...args];
    return {
      kind: 'command',
      run,
      folder,
      timeout: command.timeout ?? defaults.issuerTimeout,
      env: command.env ?? [],
    };
  }
  return { kind: offline === undefined ? 'files' : 'offline' };
}

function clusterOf(entry: ClusterEntry, mesh: NonNullable<MeshEntry['policy']>, folder: string): Cluster {
  return {
    name: entry.name,
    access: accessOf(entry, folder),
    istioNamespace: entry.istioNamespace,
    revision: entry.revision,
    controlPlane: entry.controlPlane ?? entry.name,
    keyVault: keyVaultOf(entry, folder),
    reach: entry.reach,
    workloads: workloadsOf(entry.policy?.workloads ?? mesh.workloads),
    cronJob: entry.policy?.cronJob ?? mesh.cronJob ?? defaults.cronJob,
    execFallback: entry.policy?.execFallback ?? mesh.execFallback ?? defaults.execFallback,
  };
}

function workloadsOf(entry: WorkloadsEntry | undefined): WorkloadsPolicy {
  if (entry === undefined) return defaults.workloads;
  if (entry.mode === 'renew') return { mode: 'renew' };
  return { mode: 'restart', batchPercent: entry.batch ?? defaults.batchPercent };
}

function accessOf({ inCluster, kubeconfig, context }: ClusterEntry, folder: string): ClusterAccess {
  if (inCluster === true) return { kind: 'inCluster' };
  const path = kubeconfig === undefined ? undefined : resolve(folder, kubeconfig);
  return { kind: 'kubeconfig', path, context };
}

function keyVaultOf({ source }: ClusterEntry, folder: string): KeyVaultSettings {
  const { url, objects, emulator } = source?.keyVault ?? {};
  return { url, objects, emulator: emulatorOf(emulator, folder) };
}

function emulatorOf(entry: VaultEmulator | undefined, folder: string): VaultEmulator | undefined {
  return (
    entry && {
      caFile: resolve(folder, entry.caFile),
      tokenFile: resolve(folder, entry.tokenFile),
    }
  );
}

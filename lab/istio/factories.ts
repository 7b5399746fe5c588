import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';
import type { MeshProgramFactories, ReadyIstiod } from '../../sim/mesh-programs.ts';
import type { Tokens } from '../../sim/world.ts';
import { AgentProxy } from './agent-proxy.ts';
import type { IstioBinaries } from './binaries.ts';
import { Discovery } from './discovery.ts';
import { serveIstiods } from './istiod-service.ts';

export interface RealIstio {
  readonly factories: MeshProgramFactories;
  readonly stop: () => Promise<void>;
}

/** Real istiods and agents behind the pods of a cluster. */
export async function startRealIstio(o: {
  readonly binaries: IstioBinaries;
  readonly cluster: string;
  readonly trustDomain: string;
  readonly login: KubeconfigCluster;
  readonly tokens: Tokens;
  /** Of the cluster. */
  readonly folder: string;
  readonly podDrain: number;
  readonly istiods: () => readonly ReadyIstiod[];
}): Promise<RealIstio> {
  const { binaries, cluster, trustDomain, login, tokens, podDrain } = o;
  const folder = join(o.folder, 'istio');
  await mkdir(folder, { mode: 0o700 });
  const service = await serveIstiods(o.istiods);
  const istiod = { binary: binaries.discovery, folder, login, tokens };
  const agent = { binary: binaries.agent, envoy: binaries.envoy, bootstrap: binaries.bootstrap };
  const proxy = { ...agent, folder, cluster, trustDomain, istiodPort: service.port, podDrain };
  return {
    factories: {
      istiod: (pod, volumes) => new Discovery(istiod, pod, volumes),
      proxy: (pod, volumes) => new AgentProxy(proxy, pod, volumes),
    },
    stop: () => service.close(),
  };
}

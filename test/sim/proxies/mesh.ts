import { type Files, FileSet } from '../../../sim/controllers/file-set.ts';
import type { IstiodEndpoint } from '../../../sim/proxies/ca-client.ts';
import { Proxy } from '../../../sim/proxies/proxy.ts';
import type { SimSettings } from '../../../sim/world.ts';
import { openSimIstiods, settings } from '../../contract/istiod/sim-world.ts';

/** One istiod and proxies that reach it, without a cluster around them. */
export async function startMesh(files: Files, o: Partial<SimSettings> = {}) {
  const world = openSimIstiods();
  const run = { ...world, ...world.run(files) };
  await run.ready;
  const endpoint = (): IstiodEndpoint => ({
    pod: 'istiod-0',
    host: 'istiod.istio-system.svc',
    port: run.port(),
  });
  const proxies: Proxy[] = [];
  const addProxy = (name: string, trusts: string): { proxy: Proxy; istioRoots: FileSet } => {
    const pod = run.store.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { serviceAccountName: name, containers: [{ name: 'istio-proxy' }] },
    });
    const { token } = run.tokens.mint({
      namespace: 'default',
      serviceAccount: name,
      audiences: ['istio-ca'],
    });
    const istioRoots = new FileSet({ 'root-cert.pem': trusts });
    const volumes = { 'istio-token': new FileSet({ 'istio-token': token }), 'istiod-ca-cert': istioRoots };
    const of = { settings: { ...settings, ...o }, trustDomain: 'cluster.local' };
    const proxy = new Proxy({ ...of, istiods: () => [endpoint()], random: () => 0.5 }, pod, volumes);
    proxies.push(proxy);
    return { proxy, istioRoots };
  };
  const stop = async (): Promise<void> => {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await run.istiod.stop();
  };
  return { ...run, endpoint, addProxy, stop };
}

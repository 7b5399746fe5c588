import { Store } from '../../../sim/api/store.ts';
import { TokenBook } from '../../../sim/api/tokens.ts';
import { FileSet, type Files } from '../../../sim/controllers/file-set.ts';
import { Istiod } from '../../../sim/istiod/istiod.ts';
import type { KubeObject, SimSettings } from '../../../sim/world.ts';
import { z } from 'zod';
import type { IstiodWorld, RunOptions } from './world.ts';

export const settings: SimSettings = {
  csiPollInterval: 50,
  csiObjectDelay: 5,
  reloadDebounce: 5,
  cronJobEvery: 200,
  kubeletConfigMapDelay: 20,
  leafTtl: 60_000,
  gracePeriodRatio: 0.5,
  podStart: 10,
  podDrain: 10,
  handshakesPerSecond: 50,
  seed: 1,
};

const texts = z.record(z.string(), z.string());

export interface SimIstiodWorld extends IstiodWorld {
  readonly store: Store;
  readonly tokens: TokenBook;
  run(files: Files, options?: SimRunOptions): SimIstiodRun;
}

type SimIstiodRun = ReturnType<IstiodWorld['run']> & { readonly istiod: Istiod };

interface SimRunOptions extends RunOptions {
  readonly version?: string;
}

/** Simulated istiods around one store. */
export function openSimIstiods(): SimIstiodWorld {
  const store = new Store();
  const tokens = new TokenBook();
  const createNamespace = (name: string): void => {
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  };
  createNamespace('istio-system');
  createNamespace('default');
  let started = 0;
  return {
    ...{ store, tokens },
    run: (files, options) => {
      const pod = createPod(store, `istiod-${started}`, options);
      started += 1;
      const cacerts = new FileSet(files);
      const world = { store, tokens, settings, trustDomain: 'cluster.local', clusterId: 'c1' };
      const istiod = new Istiod(world, pod, { cacerts });
      return {
        istiod,
        ready: istiod.ready,
        printed: () => istiod.log.lines.map(({ text }) => text),
        swap: (next) => {
          cacerts.swap(next);
          return Promise.resolve();
        },
        port: () => istiod.securePort ?? 0,
        stop: async () => {
          await istiod.stop();
          store.remove('pods', 'istio-system', pod.metadata.name);
        },
      };
    },
    token: (audience) => {
      const of = { namespace: 'default', serviceAccount: 'default', audiences: [audience] };
      return Promise.resolve(tokens.mint(of).token);
    },
    createNamespace: (name) => {
      createNamespace(name);
      return Promise.resolve();
    },
    bundle: (namespace) => {
      const found = store.get('configmaps', namespace, 'istio-ca-root-cert');
      return Promise.resolve(found === undefined ? undefined : texts.parse(found['data']));
    },
    overwrite: (namespace, data) => {
      store.change('configmaps', namespace, 'istio-ca-root-cert', (old) => ({ ...old, data }));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

function createPod(store: Store, name: string, o: SimRunOptions = {}): KubeObject {
  const { multiRoot = true, version = '1.30.3', args = [] } = o;
  return store.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'istio-system' },
    spec: {
      containers: [
        {
          name: 'discovery',
          image: `mcr.microsoft.com/oss/v2/istio/pilot:${version}`,
          args: ['discovery', ...args],
          env: [{ name: 'ISTIO_MULTIROOT_MESH', value: String(multiRoot) }],
        },
      ],
    },
  });
}

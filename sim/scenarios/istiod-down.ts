import { deleteObject } from '../controllers/deletion.ts';
import { istioNamespace } from '../demo/istio-objects.ts';
import { breakIstiod } from './istiod.ts';
import { stopsInEveryPhase } from './phases.ts';
import type { Scenario } from './scenario.ts';

export const istiodCrashing: Scenario = {
  name: 'istiod-crashing',
  title: 'istiod crash-loops',
  on: 'live',
  rotation: 'root',
  strikes: stopsInEveryPhase('LOAD_TIMED_OUT', 'HANDSHAKE_NOT_MADE'),
  todo: 'find out why in its log (`kubectl logs --previous`), mend it, then `retry`; leaves live on meanwhile, and none is renewed',
  file: { limits: { load: '8s' } },
  set: ({ cluster }) => breakIstiod(cluster, { crashes: true }),
};

export const istiodBehind: Scenario = {
  name: 'istiod-behind',
  title: 'One replica of istiod stays behind: it watches its files no more',
  on: 'live',
  rotation: 'root',
  strikes: stopsInEveryPhase('LOAD_TIMED_OUT'),
  todo: 'delete the pod that is named, then `retry`: a new one loads what its volume holds',
  file: { limits: { load: '10s' } },
  set: ({ cluster }) => {
    const { mesh } = cluster;
    const [pod] = mesh.istiods().map((one) => one.pod);
    const deaf = breakIstiod(cluster, { pods: (name) => name === pod, deaf: true });
    const mend = async () => {
      await deaf.mend();
      const { store } = mesh.cluster;
      const found = store.get('pods', istioNamespace, pod ?? '');
      if (found !== undefined) deleteObject(store, 'pods', found);
    };
    return { mend, met: deaf.met };
  },
};

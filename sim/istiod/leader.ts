import { z } from 'zod';
import type { NewObject, ObjectStore } from '../world.ts';
import type { IstiodLog } from './log.ts';

/** Shared by every revision of a cluster, so that one istiod of any of them writes for all. */
const leaseName = 'istio-namespace-controller-election';

const lease = z.looseObject({ spec: z.looseObject({ holderIdentity: z.string().default('') }) });

/**
 * Takes the lease of the namespace controller when nobody who lives holds it, and calls back once it has.
 * A dead holder is one whose pod is gone; the real one's lease runs out instead.
 */
export function becomeLeader(o: {
  readonly store: ObjectStore;
  readonly log: IstiodLog;
  readonly namespace: string;
  readonly pod: string;
  readonly onElected: () => void;
}): () => void {
  const { store, log, namespace, pod, onElected } = o;
  let elected = false;
  const attempt = (): void => {
    if (elected || !isFree(store, namespace)) return;
    elected = true;
    hold(store, namespace, pod);
    log.info(`successfully acquired lease ${namespace}/${leaseName}`, 'klog');
    log.info(`leader election lock obtained: ${leaseName}`);
    onElected();
  };
  log.info(`attempting to acquire leader lease ${namespace}/${leaseName}...`, 'klog');
  const stop = store.watch('pods', ({ type, object }) => {
    if (type === 'DELETED' && object.metadata.namespace === namespace) attempt();
  });
  attempt();
  return () => {
    stop();
    if (elected) release(store, namespace);
  };
}

function isFree(store: ObjectStore, namespace: string): boolean {
  const found = store.get('leases', namespace, leaseName);
  if (found === undefined) return true;
  const holder = lease.parse(found).spec.holderIdentity;
  return holder === '' || store.get('pods', namespace, holder) === undefined;
}

function hold(store: ObjectStore, namespace: string, pod: string): void {
  const spec = { holderIdentity: pod, leaseDurationSeconds: 30, renewTime: microseconds() };
  if (store.change('leases', namespace, leaseName, (old) => ({ ...old, spec })) !== undefined) return;
  const object: NewObject = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: leaseName, namespace },
    spec,
  };
  store.create('leases', object);
}

/** As client-go does: without a holder, since the API server refuses one without a name. */
function release(store: ObjectStore, namespace: string): void {
  const spec = { leaseDurationSeconds: 1, renewTime: microseconds() };
  store.change('leases', namespace, leaseName, (old) => ({ ...old, spec }));
}

/** Now, as a MicroTime: the API server reads no other number of digits. */
function microseconds(): string {
  return new Date().toISOString().replace('Z', '000Z');
}

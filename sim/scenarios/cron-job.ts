import { fieldsOf } from '../api/fields.ts';
import { awaitChange } from '../await-change.ts';
import { deleteObject } from '../controllers/deletion.ts';
import { hasCondition, isOver } from '../controllers/job.ts';
import { ownedBy } from '../controllers/owned.ts';
import { istioNamespace } from '../demo/istio-objects.ts';
import type { FleetCluster } from '../fleet.ts';
import { breakApi } from './api.ts';
import { counted } from './broken.ts';
import { whereRootsChange } from './phases.ts';
import type { Scenario } from './scenario.ts';

const common = {
  ...{ on: 'cronJob', rotation: 'root' },
  unmet: { phases: ['activate'], why: 'the CronJob compares roots, and they stay as they are' },
} as const satisfies Partial<Scenario>;

export const cronJobSuspended: Scenario = {
  name: 'cronjob-suspended',
  title: 'The validator CronJob is suspended, and is to be waited for (`cronJob: wait`)',
  ...common,
  strikes: whereRootsChange({ is: 'stops', code: 'CRONJOB_SUSPENDED' }),
  todo: 'resume it with the command of the hint, then `retry`; with `cronJob: runNow` Meshturn runs it itself, suspended or not',
  file: { cronJob: 'wait' },
  set: ({ cluster }) => {
    const { mesh, profile } = cluster;
    const { store } = mesh.cluster;
    const put = (suspend: boolean) => {
      const name = `istio-cert-validator-cronjob-${profile.revision}`;
      store.change('cronjobs', istioNamespace, name, (object) => ({
        ...object,
        spec: { ...fieldsOf(object['spec']), suspend },
      }));
    };
    put(true);
    endRuns(cluster);
    // It is met by whoever reads it.
    const { mend: forget, met } = breakApi(cluster, { matches: ({ resource }) => resource === 'cronjobs' });
    const mend = async () => {
      await forget();
      put(false);
    };
    return { mend, met };
  },
};

export const cronJobFailing: Scenario = {
  name: 'cronjob-failing',
  title: 'The validator CronJob fails: the Secret that it compares is gone',
  ...common,
  strikes: whereRootsChange({ is: 'stops', code: 'CRONJOB_FAILED' }),
  todo: 'mend what its log tells, here `secretObjects` of the SecretProviderClass, then `retry`',
  set: ({ cluster }) => {
    const { store } = cluster.mesh.cluster;
    const sync = unsync(cluster);
    const remove = () => void store.remove('secrets', istioNamespace, 'cacerts');
    remove();
    // A sync that is under way when the class changes would bring it back.
    const unwatch = store.watch('secrets', ({ type, object }) => {
      if (type !== 'DELETED' && object.metadata.name === 'cacerts') remove();
    });
    const { onStrike, met } = counted();
    const forget = store.watch('jobs', ({ object }) => hasCondition(object, 'Failed') && onStrike());
    const mend = async () => {
      forget();
      unwatch();
      sync();
      // The next poll of the driver brings it back: until then the validator fails, and whoever goes on is stopped again.
      await awaitChange(store, 'secrets', () => synced(cluster) !== undefined);
    };
    return { mend, met };
  },
};

export const cronJobBlind: Scenario = {
  name: 'cronjob-blind',
  title: 'The validator CronJob sees no change: the Secret that it compares is synced no more',
  ...common,
  strikes: whereRootsChange({ is: 'rides out', sees: '[CRONJOB_BLIND]' }),
  todo: 'nothing for this rotation; let the SecretProviderClass sync the Secret again: until then each run of the CronJob finds another root in istio-ca-root-cert than there, and restarts istiod',
  // One that restarts istiod faster than its replicas come up lets no set be loaded by all of them.
  cronJobEvery: 60_000,
  set: ({ cluster }) => {
    const sync = unsync(cluster);
    const { onStrike, met } = counted();
    const lags = () => synced(cluster) !== cluster.vault.store.get('root-cert').value;
    const forget = cluster.mesh.cluster.store.watch('jobs', ({ object }) => {
      if (hasCondition(object, 'Complete') && lags()) onStrike();
    });
    const mend = () => {
      forget();
      sync();
    };
    return { mend, met };
  },
};

/** As `kubectl delete job --now`: a run whose pod is yet to start would see what is written after, and restart istiod. */
function endRuns({ mesh }: FleetCluster): void {
  const { store } = mesh.cluster;
  for (const job of store.list('jobs', istioNamespace).filter((one) => !isOver(one))) {
    const pods = ownedBy(store, 'pods', job);
    deleteObject(store, 'jobs', job);
    for (const pod of pods) deleteObject(store, 'pods', pod, { gracePeriodSeconds: 0 });
  }
}

/** The root bundle in the Secret that is kept equal to istiod's volume. */
function synced({ mesh }: FleetCluster): string | undefined {
  const secret = mesh.cluster.store.get('secrets', istioNamespace, 'cacerts');
  const text = fieldsOf(secret?.['data'])['root-cert.pem'];
  return typeof text === 'string' ? Buffer.from(text, 'base64').toString() : undefined;
}

/** Takes `secretObjects` from the SecretProviderClass: the Secret stays as it is. */
function unsync({ mesh, profile }: FleetCluster): () => void {
  const { store } = mesh.cluster;
  const name = `istio-spc-${profile.revision}`;
  const before = fieldsOf(store.get('secretproviderclasses', istioNamespace, name)?.['spec']);
  const put = (secretObjects: unknown) => {
    store.change('secretproviderclasses', istioNamespace, name, (object) => ({
      ...object,
      spec: { ...fieldsOf(object['spec']), secretObjects },
    }));
  };
  put([]);
  return () => put(before['secretObjects']);
}

import { expect, test } from 'vitest';
import { Store } from '../../../sim/api/store.ts';
import { Validator } from '../../../sim/istiod/validator.ts';

const namespace = 'aks-istio-system';

function clusterWith(secretRoot: string | undefined, configMapRoot: string) {
  const store = new Store();
  const metadata = (name: string) => ({ name, namespace });
  if (secretRoot !== undefined) {
    const stringData = { 'root-cert.pem': secretRoot };
    store.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: metadata('cacerts'), stringData });
  }
  store.create('configmaps', {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('istio-ca-root-cert') },
    data: { 'root-cert.pem': configMapRoot },
  });
  store.create('deployments', {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: metadata('istiod-asm-1-17') },
    spec: { template: { metadata: { labels: { app: 'istiod' } }, spec: {} } },
  });
  const pod = store.create('pods', {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: metadata('run-1') },
    spec: {
      containers: [
        { name: 'istio-cert-validator', env: [{ name: 'ISTIOD_DEPLOYMENT', value: 'istiod-asm-1-17' }] },
      ],
    },
  });
  const restartedAt = (): unknown =>
    /restartedAt/.exec(JSON.stringify(store.get('deployments', namespace, 'istiod-asm-1-17')))?.[0];
  return { validator: new Validator(store, pod), restartedAt };
}

const said = ({ log }: Validator): readonly string[] => log.lines.map(({ text }) => text);

test('restarts istiod where the synced Secret has another root than the ConfigMap', async () => {
  const { validator, restartedAt } = clusterWith('B', 'A');
  expect(await validator.finished).toBe(0);
  expect(restartedAt()).toBe('restartedAt');
  expect(said(validator)).toEqual([
    'Root certificate update detected. Restarting deployment...',
    'deployment.apps/istiod-asm-1-17 restarted',
    'Deployment istiod-asm-1-17 restarted.',
  ]);
});

test('leaves istiod alone where both are the same', async () => {
  const { validator, restartedAt } = clusterWith('A', 'A');
  expect(await validator.finished).toBe(0);
  expect(restartedAt()).toBeUndefined();
  expect(said(validator)).toEqual(['Root certificate update not detected.']);
});

test('fails where there is no synced Secret', async () => {
  const { validator } = clusterWith(undefined, 'A');
  expect(await validator.finished).toBe(1);
  expect(said(validator)).toEqual(['Error from server (NotFound): secrets "cacerts" not found']);
});

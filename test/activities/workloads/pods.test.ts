import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { istiodRevisions, isZtunnel, proxyPods } from '../../../activities/workloads/pods.ts';
import { podOf } from './objects.ts';

type Fields = Readonly<Record<string, unknown>>;

function pod(name: string, over: { metadata?: Fields; spec?: Fields; status?: Fields } = {}): V1Pod {
  return podOf({
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...over.metadata },
    spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }], ...over.spec },
    status: { phase: 'Running', ...over.status },
  });
}

const names = (...pods: V1Pod[]): readonly string[] => proxyPods(pods).map(({ name }) => name);

test('sidecars, native sidecars and gateways have a proxy', () => {
  const native = pod('native', {
    spec: {
      containers: [{ name: 'app' }],
      initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }],
    },
  });
  const gateway = pod('gateway', { spec: { containers: [{ name: 'istio-proxy' }] } });
  const plain = pod('plain', { spec: { containers: [{ name: 'app' }] } });
  expect(names(pod('sidecar'), native, gateway, plain)).toEqual(['sidecar', 'native', 'gateway']);
});

test('finished pods and istiod are left out, terminating ones are not', () => {
  const terminating = pod('terminating', { metadata: { deletionTimestamp: '2026-11-21T12:00:00Z' } });
  expect(
    names(
      pod('done', { status: { phase: 'Succeeded' } }),
      pod('evicted', { status: { phase: 'Failed' } }),
      pod('istiod', { metadata: { labels: { app: 'istiod' } } }),
      terminating,
    ),
  ).toEqual(['terminating']);
  expect(proxyPods([terminating])[0]).toMatchObject({ terminating: true });
});

test('a proxy that does not run says why', () => {
  const down = (status: Fields) => proxyPods([pod('p', { status })])[0]?.down;
  const state = (waiting: string) => [
    {
      name: 'istio-proxy',
      image: '',
      imageID: '',
      ready: false,
      restartCount: 1,
      state: { waiting: { reason: waiting } },
    },
  ];
  expect(down({ phase: 'Pending' })).toBe('has not started: Pending');
  expect(down({ phase: 'Running' })).toBeUndefined();
  expect(down({ phase: 'Pending', initContainerStatuses: state('ImagePullBackOff') })).toBe(
    'has no running proxy: ImagePullBackOff',
  );
  expect(down({ phase: 'Running', containerStatuses: state('CrashLoopBackOff') })).toBe(
    'has no running proxy: CrashLoopBackOff',
  );
});

test('only a proxy that has never run holds nothing', () => {
  const unborn = (status: Fields) => proxyPods([pod('p', { status })])[0]?.unborn;
  const own = (over: Fields) => ({
    phase: 'Pending',
    containerStatuses: [
      { name: 'istio-proxy', image: '', imageID: '', ready: false, restartCount: 0, state: {}, ...over },
    ],
  });
  const startedAt = '2026-11-21T12:00:00Z';
  const waiting = { reason: 'PodInitializing' };
  expect(unborn({ phase: 'Pending' })).toBe(true);
  expect(unborn({ phase: 'Running' })).toBe(false);
  expect(unborn(own({}))).toBe(true);
  expect(unborn(own({ state: { waiting } }))).toBe(true);
  expect(unborn(own({ state: { waiting }, restartCount: 1 }))).toBe(false);
  expect(unborn(own({ state: { running: { startedAt } } }))).toBe(false);
  expect(unborn(own({ state: { terminated: { exitCode: 1, startedAt } } }))).toBe(false);
  expect(unborn(own({ state: { waiting }, lastState: { terminated: { exitCode: 1 } } }))).toBe(false);
});

test('the revisions of the istiods are known only where each tells its own', () => {
  const istiod = (name: string, rev?: string) =>
    pod(name, {
      metadata: { labels: { app: 'istiod', ...(rev === undefined ? {} : { 'istio.io/rev': rev }) } },
    });
  expect(istiodRevisions([istiod('a', 'asm-1-30'), istiod('b', 'asm-1-30'), pod('p')])).toEqual(['asm-1-30']);
  expect(istiodRevisions([istiod('a', 'asm-1-30'), istiod('b')])).toBeUndefined();
  expect(istiodRevisions([pod('p')])).toBeUndefined();
});

test('the settings of the leaf come from the environment, then from the annotation', () => {
  const annotations = {
    'proxy.istio.io/config': 'proxyMetadata:\n  SECRET_TTL: 48h\n  SECRET_GRACE_PERIOD_RATIO: "0.25"\n',
  };
  const env = [{ name: 'SECRET_TTL', value: '1h30m0s' }];
  const spec = { containers: [{ name: 'istio-proxy', env }] };
  const [own, annotated, none] = proxyPods([
    pod('a', { metadata: { annotations }, spec }),
    pod('b', { metadata: { annotations } }),
    pod('c'),
  ]).map(({ settings }) => settings);
  expect(own).toMatchObject({ ttlSeconds: 5400, graceRatio: 0.25, graceJitter: 0.01 });
  expect(annotated).toMatchObject({ ttlSeconds: 172_800, graceRatio: 0.25, graceJitter: 0.01 });
  expect(none).toMatchObject({ ttlSeconds: undefined, graceRatio: 0.5, graceJitter: 0.01 });
});

test('an annotation that is no YAML sets nothing', () => {
  const annotations = { 'proxy.istio.io/config': '{' };
  expect(proxyPods([pod('a', { metadata: { annotations } })])[0]?.settings.ttlSeconds).toBeUndefined();
});

test('ztunnel is known by its label', () => {
  expect(isZtunnel(pod('z', { metadata: { labels: { app: 'ztunnel' } } }))).toBe(true);
  expect(isZtunnel(pod('p'))).toBe(false);
});

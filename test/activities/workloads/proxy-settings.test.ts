import { expect, test } from 'vitest';
import { proxySettings } from '../../../activities/workloads/proxy-settings.ts';
import { podOf } from './objects.ts';

type Fields = Readonly<Record<string, unknown>>;

function settings(container: Fields, annotation?: string) {
  const annotations = annotation === undefined ? {} : { 'proxy.istio.io/config': annotation };
  const pod = podOf({
    metadata: { annotations },
    spec: { containers: [{ name: 'istio-proxy', ...container }] },
  });
  const proxy = pod.spec?.containers[0];
  if (proxy === undefined) throw new Error('expected a container');
  return proxySettings(pod, proxy);
}

const longest = (container: Fields, annotation?: string) => settings(container, annotation).longestTtlSeconds;
const ttl = (value: string) => ({ env: [{ name: 'SECRET_TTL', value }] });

test('an agent asks for no more than its environment says, or for a day', () => {
  expect(longest({})).toBe(86_400);
  expect(longest(ttl('48h'))).toBe(172_800);
  expect(longest(ttl('30m'))).toBe(1_800);
});

test('an annotation may have come after the pod: the longer of its value and the default counts', () => {
  expect(longest({}, 'proxyMetadata: { SECRET_TTL: 48h }')).toBe(172_800);
  expect(longest({}, 'proxyMetadata: { SECRET_TTL: 1h }')).toBe(86_400);
  expect(longest(ttl('1h'), 'proxyMetadata: { SECRET_TTL: 48h }')).toBe(3_600);
});

test.each([
  [
    'comes from elsewhere',
    { env: [{ name: 'SECRET_TTL', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }] },
  ],
  ['may come from elsewhere', { envFrom: [{ configMapRef: { name: 'c' } }] }],
  ['is no duration', ttl('a day')],
  ['is left to istiod', ttl('0s')],
])('of a life that %s nothing is known', (_, container) => {
  expect(longest(container)).toBeUndefined();
});

test('a proxy may have its certificates from files', () => {
  expect(settings({ env: [{ name: 'FILE_MOUNTED_CERTS', value: 'true' }] }).fromFiles).toBe(true);
  expect(settings({}).fromFiles).toBe(false);
});

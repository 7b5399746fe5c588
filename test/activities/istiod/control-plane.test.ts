import { loadYaml, type V1Deployment, type V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { cacertsVolume } from '../../../activities/istiod/cacerts-volume.ts';
import { controlPlaneOf, istiodHost, versionOf } from '../../../activities/istiod/control-plane.ts';

const deployment = (multiRoot: string) =>
  loadYaml<V1Deployment>(`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istiod-asm-1-30
  namespace: aks-istio-system
  labels: { app: istiod, istio.io/rev: asm-1-30 }
spec:
  selector:
    matchLabels: { app: istiod, istio.io/rev: asm-1-30 }
  template:
    spec:
      containers:
        - name: discovery
          image: mcr.microsoft.com/oss/v2/istio/pilot:v1.30.3-1
          env:
            - { name: ISTIO_MULTIROOT_MESH, value: "${multiRoot}" }
          volumeMounts:
            - { name: local-certs, mountPath: /var/run/secrets/istio-dns }
            - { name: cacerts, mountPath: /etc/cacerts }
      volumes:
        - name: cacerts
          csi:
            driver: secrets-store.csi.k8s.io
            volumeAttributes: { secretProviderClass: istio-spc-asm-1-30 }
`);
const cronJob = {
  name: 'istio-cert-validator-cronjob-asm-1-30',
  schedule: '*/10 * * * *',
  suspended: false,
  lastSchedule: undefined,
  lastSuccess: undefined,
};

describe('a control plane, by its Deployment', () => {
  test('tells revision, version, the volume behind /etc/cacerts and how it reloads', () => {
    expect(controlPlaneOf('west', deployment('true'), undefined)).toEqual({
      cluster: 'west',
      namespace: 'aks-istio-system',
      revision: 'asm-1-30',
      deployment: 'istiod-asm-1-30',
      selector: 'app=istiod,istio.io/rev=asm-1-30',
      version: '1.30.3',
      multiRoot: true,
      cacerts: { kind: 'csi', secretProviderClass: 'istio-spc-asm-1-30' },
      cronJob: undefined,
      reload: 'live',
    });
  });

  test.each([
    ['live where multi-root is on', 'true', undefined, 'live'],
    ['by the CronJob where there is one', 'false', cronJob, 'cronjob'],
    ['by the CronJob even where multi-root is on', 'true', cronJob, 'cronjob'],
    ['by a restart where there is neither', '', undefined, 'restart'],
  ])('reloads a root %s', (_title, env, job, expected) => {
    expect(controlPlaneOf('west', deployment(env), job).reload).toBe(expected);
  });

  test.each([
    ['docker.io/istio/pilot:1.24.1-distroless', '1.24.1'],
    ['localhost:5000/istio/pilot:1.29.0', '1.29.0'],
    ['istio/pilot@sha256:0a1b', 'unknown'],
  ])('reads the version from the tag: %s', (image, version) => {
    expect(versionOf(image)).toBe(version);
  });

  test('serves under the name of its revision, the default one under the plain name', () => {
    expect(istiodHost({ namespace: 'n', revision: 'asm-1-30' })).toBe('istiod-asm-1-30.n.svc');
    expect(istiodHost({ namespace: 'n', revision: 'default' })).toBe('istiod.n.svc');
  });
});

describe('the volume behind /etc/cacerts', () => {
  const pod = (volume: string, mountPath = '/etc/cacerts') =>
    loadYaml<V1Pod>(`
apiVersion: v1
kind: Pod
spec:
  containers:
    - name: discovery
      volumeMounts: [{ name: v, mountPath: ${mountPath} }]
  volumes: [{ name: v, ${volume} }]
`).spec;

  test('may be a Secret', () => {
    const spec = pod('secret: { secretName: cacerts, optional: true }', '/etc/cacerts/');
    expect(cacertsVolume(spec)).toEqual({ kind: 'secret', secret: 'cacerts' });
  });

  test('may be a Secret within a projected volume', () => {
    const spec = pod('projected: { sources: [{ secret: { name: cacerts } }] }');
    expect(cacertsVolume(spec)).toEqual({ kind: 'secret', secret: 'cacerts' });
  });

  test('is none where nothing is mounted there', () => {
    expect(cacertsVolume(pod('secret: { secretName: cacerts }', '/etc/other'))).toEqual({ kind: 'none' });
  });
});

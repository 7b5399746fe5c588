import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import { anchorsOf } from '../../../activities/workloads/foreign-anchors.ts';
import { makeRoot } from '../../../pki/make.ts';

test('caCertificates of a mesh configuration are anchors besides the CA’s own', () => {
  const [one, two] = [makeRoot({ commonName: 'Federated' }).cert, makeRoot({ commonName: 'Partner' }).cert];
  const mesh = stringify({
    trustDomain: 'cluster.local',
    caCertificates: [{ pem: one.pem + two.pem }, { spiffeBundleUrl: 'https://partner.example/bundle' }],
  });
  expect(anchorsOf(mesh, 'configmap istio')).toEqual({
    fingerprints: [one.fingerprint, two.fingerprint],
    urls: ['https://partner.example/bundle'],
  });
});

const none = { fingerprints: [], urls: [] };

test('a mesh configuration without them, or an empty one, has none', () => {
  expect(anchorsOf('trustDomain: cluster.local\n', 'configmap istio')).toEqual(none);
  expect(anchorsOf('', 'configmap istio')).toEqual(none);
});

test.each(['{', 'caCertificates: 3'])('%j is MESH_CONFIG_INVALID', (mesh) => {
  expect(() => anchorsOf(mesh, 'configmap istio')).toThrow(
    expect.objectContaining({ code: 'MESH_CONFIG_INVALID' }),
  );
});

import { expect, test } from 'vitest';
import { ownersOf } from '../../../activities/workloads/owners.ts';
import { proxyPods } from '../../../activities/workloads/pods.ts';
import type { Rollable } from '../../../activities/workloads/rollable.ts';
import { podOf } from './objects.ts';

const rollable: Rollable = {
  ...{ kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'd', selector: '', mark: undefined },
  rollout: { state: 'done' },
};
const owners = ownersOf(
  new Map([['d', rollable]]),
  new Map([
    ['rs', 'd'],
    ['bare', undefined],
  ]),
);

function ownerOf(kind: string, uid: string) {
  const ownerReferences = [{ apiVersion: 'v1', kind, name: 'cart-1', uid, controller: true }];
  const spec = { containers: [{ name: 'istio-proxy' }] };
  const [pod] = proxyPods([podOf({ metadata: { namespace: 'shop', name: 'p', ownerReferences }, spec })]);
  if (pod === undefined) throw new Error('expected a pod with a proxy');
  return owners.of(pod);
}

test('a pod of a ReplicaSet belongs to its Deployment', () => {
  expect(ownerOf('ReplicaSet', 'rs')).toEqual({ rollable });
});

test.each([
  ['ReplicaSet', 'bare'],
  ['Job', 'j'],
  ['Rollout', 'argo'],
])('a pod of a %s on its own is named with it', (kind, uid) => {
  expect(ownerOf(kind, uid)).toEqual({ unmanaged: `shop/p (${kind} cart-1)` });
});

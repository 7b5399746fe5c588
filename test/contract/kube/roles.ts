import { PatchStrategy, RbacAuthorizationV1Api, setHeaderOptions } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { newPlace, refusal, type Place } from './place.ts';
import type { KubeWorld } from './world.ts';

/** Which rules of RBAC an API server takes. */
export function roles(open: () => KubeWorld): void {
  describe('a role', () => {
    let place: Place;
    let rbac: RbacAuthorizationV1Api;
    const name = 'reader';
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
    const lack = {
      verbs: 'verbs: Required value: verbs must contain at least one value',
      apiGroups: 'apiGroups: Required value: resource rules must supply at least one api group',
      resources: 'resources: Required value: resource rules must supply at least one resource',
    };
    const invalid = (kind: string, what: string, of = name) => ({
      ...{ code: 422, reason: 'Invalid', details: { name: of, kind } },
      message: `${kind}.rbac.authorization.k8s.io "${of}" is invalid: ${what}`,
    });

    beforeAll(async () => {
      place = await newPlace(open());
      rbac = place.client.config.makeApiClient(RbacAuthorizationV1Api);
    });

    it.each(['verbs', 'apiGroups', 'resources'] as const)('has %s in every rule', async (field) => {
      const { namespace } = place;
      const body = { metadata: { name }, rules: [rule, { ...rule, [field]: [] }] };
      expect(await refusal(rbac.createNamespacedRole({ namespace, body }))).toMatchObject(
        invalid('Role', `rules[1].${lack[field]}`),
      );
    });

    it('of the whole cluster has them, and a rule of URLs needs verbs alone', async () => {
      const own = `${name}-of-${place.namespace}`;
      const create = (more: object) =>
        rbac.createClusterRole({ body: { metadata: { name: own }, rules: [{ verbs: [], ...more }] } });
      expect(await refusal(create({}))).toMatchObject(
        invalid(
          'ClusterRole',
          `[rules[0].${lack.verbs}, rules[0].${lack.apiGroups}, rules[0].${lack.resources}]`,
          own,
        ),
      );
      expect(await refusal(create({ nonResourceURLs: ['/readyz'] }))).toMatchObject(
        invalid('ClusterRole', `rules[0].${lack.verbs}`, own),
      );
      await create({ nonResourceURLs: ['/readyz'], verbs: ['get'] });
      await rbac.deleteClusterRole({ name: own });
    });

    it('keeps its verbs when it is replaced or patched, and may have no rules', async () => {
      const { namespace } = place;
      const metadata = { name };
      await rbac.createNamespacedRole({ namespace, body: { metadata, rules: [rule] } });
      const rules = [{ ...rule, verbs: [] }];
      const refused = invalid('Role', `rules[0].${lack.verbs}`);
      expect(
        await refusal(rbac.replaceNamespacedRole({ namespace, name, body: { metadata, rules } })),
      ).toMatchObject(refused);
      const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
      expect(
        await refusal(rbac.patchNamespacedRole({ namespace, name, body: { rules } }, merge)),
      ).toMatchObject(refused);
      await rbac.replaceNamespacedRole({ namespace, name, body: { metadata, rules: [] } });
    });
  });
}

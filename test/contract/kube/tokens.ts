import { AuthenticationV1Api } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { probeToken } from '../../../activities/istiod/probe-token.ts';
import { Problem } from '../../../problems/problem.ts';
import { eventually } from '../../support/eventually.ts';
import { loginWith, newPlace, refusal, type Place } from './place.ts';
import type { KubeWorld } from './world.ts';

const claimsOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/** TokenRequest, TokenReview, and the product's token for its probes. */
export function tokens(open: () => KubeWorld): void {
  describe('a token', () => {
    let place: Place;
    beforeAll(async () => {
      place = await newPlace(open());
    });

    const request = (audiences: string[], expirationSeconds?: number, name = 'default') =>
      place.client.core.createNamespacedServiceAccountToken({
        ...{ namespace: place.namespace, name },
        body: { spec: { audiences, ...(expirationSeconds === undefined ? {} : { expirationSeconds }) } },
      });
    const review = async (token: string, audiences: string[]) => {
      const api = place.client.config.makeApiClient(AuthenticationV1Api);
      return (await api.createTokenReview({ body: { spec: { token, audiences } } })).status;
    };

    it('is good for its audience, and for no other', async () => {
      const { status } = await request(['istio-ca']);
      const token = status?.token ?? '';
      expect(await review(token, ['istio-ca'])).toMatchObject({
        ...{ authenticated: true, audiences: ['istio-ca'] },
        user: {
          username: `system:serviceaccount:${place.namespace}:default`,
          groups: expect.arrayContaining([
            `system:serviceaccounts:${place.namespace}`,
            'system:authenticated',
          ]) as string[],
        },
      });
      const other = await review(token, ['other']);
      expect(other?.authenticated).toBeUndefined();
      expect(other?.error).toContain(
        'token audiences ["istio-ca"] is invalid for the target audiences ["other"]',
      );
      const { client } = await loginWith(place.world, token);
      await expect(client.core.listNamespace()).rejects.toMatchObject({ code: 401 });
    });

    it('says whose it is, for whom and until when', async () => {
      const { status } = await request(['istio-ca'], 900);
      const end = status?.expirationTimestamp?.getTime() ?? 0;
      expect(claimsOf(status?.token ?? '')).toMatchObject({
        ...{ aud: ['istio-ca'], exp: end / 1000, iat: end / 1000 - 900 },
        sub: `system:serviceaccount:${place.namespace}:default`,
        'kubernetes.io': { namespace: place.namespace, serviceaccount: { name: 'default' } },
      });
    });

    it('that was tampered with is refused', async () => {
      const [head = '', , signature = ''] = ((await request(['istio-ca'])).status?.token ?? '').split('.');
      const claims = { sub: 'system:serviceaccount:shop:admin', iss: 'https://kubernetes.default.svc' };
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
      expect(await review(`${head}.${body}.${signature}`, ['istio-ca'])).not.toHaveProperty(
        'authenticated',
        true,
      );
    });

    it('of less than ten minutes, or of a ServiceAccount that is not there, is refused', async () => {
      expect(await refusal(request(['istio-ca'], 60))).toMatchObject({
        ...{ code: 422, reason: 'Invalid' },
        message: expect.stringMatching(
          /spec\.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes$/,
        ) as string,
      });
      expect(await refusal(request(['istio-ca'], 600, 'missing'))).toMatchObject({
        ...{ code: 404, message: 'serviceaccounts "missing" not found' },
      });
    });

    it('that the API server gave before its restart is good after it', async () => {
      const token = (await request(['istio-ca'])).status?.token ?? '';
      await place.world.restart();
      await eventually(async () =>
        expect(await review(token, ['istio-ca'])).toMatchObject({ authenticated: true }),
      );
    });

    it('asked for while the API server is restarted is good, or it is said why there is none', async () => {
      const { client, namespace, world } = await newPlace(open());
      const body = { metadata: { name: 'meshturn-probe' } };
      await client.core.createNamespacedServiceAccount({ namespace, body });
      const good = new Set<string>();
      const refused = new Set<unknown>();
      let isBack = false;
      const asking = Array.from({ length: 4 }, async () => {
        while (!isBack) {
          await probeToken(client, namespace).then(
            (token) => good.add(token),
            (error: unknown) => refused.add(error instanceof Problem ? error.code : error),
          );
        }
      });
      try {
        await eventually(() => expect(good.size).toBeGreaterThan(0));
        await world.restart();
      } finally {
        isBack = true;
        await Promise.all(asking);
      }
      expect(refused.size).toBeGreaterThan(0);
      const allowed = ['CLUSTER_FAILING', 'CLUSTER_STARTING', 'CLUSTER_UNREACHABLE'];
      expect([...refused].filter((code) => !allowed.includes(String(code)))).toEqual([]);
      for (const token of [...good].slice(-10)) {
        expect(await eventually(() => review(token, ['istio-ca']))).toMatchObject({ authenticated: true });
      }
      await eventually(() => probeToken(client, namespace));
    });

    it('for a probe is the product’s own ServiceAccount’s, which it asks for where that is missing', async () => {
      const { client, namespace } = place;
      await expect(probeToken(client, namespace)).rejects.toMatchObject({
        ...{
          code: 'PROBE_SERVICE_ACCOUNT',
          details: { found: 'serviceaccounts "meshturn-probe" not found' },
        },
      });
      const body = { metadata: { name: 'meshturn-probe' } };
      await client.core.createNamespacedServiceAccount({ namespace, body });
      const token = await probeToken(client, namespace);
      expect(await review(token, ['istio-ca'])).toMatchObject({
        user: { username: `system:serviceaccount:${namespace}:meshturn-probe` },
      });
    });
  });
}

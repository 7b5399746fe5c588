import { AuthenticationV1Api, CoreV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servedCluster, type ServedCluster } from '../../support/served-cluster.ts';

let lab: ServedCluster;

beforeAll(async () => {
  lab = await servedCluster();
});

afterAll(() => lab.close());

async function request(audiences: string[], expirationSeconds = 3600) {
  const core = lab.config().makeApiClient(CoreV1Api);
  const body = { spec: { audiences, expirationSeconds } };
  return core.createNamespacedServiceAccountToken({ namespace: 'shop', name: 'default', body });
}

async function review(token: string, audiences: string[]) {
  const api = lab.config().makeApiClient(AuthenticationV1Api);
  return (await api.createTokenReview({ body: { spec: { token, audiences } } })).status;
}

test('a requested token is good for its audience, and for no other', async () => {
  const { status } = await request(['istio-ca']);
  const token = status?.token ?? '';
  expect(token.split('.')).toHaveLength(3);
  expect(await review(token, ['istio-ca'])).toMatchObject({
    ...{ authenticated: true, audiences: ['istio-ca'] },
    user: { username: 'system:serviceaccount:shop:default' },
  });
  expect((await review(token, ['other']))?.error).toContain('invalid for the target audiences');
  expect(lab.cluster.tokens.review(token, 'istio-ca')).toMatchObject({
    namespace: 'shop',
    serviceAccount: 'default',
  });
});

test('a token that was tampered with or is of another cluster is refused', async () => {
  const { status } = await request(['istio-ca']);
  const [head, , signature] = (status?.token ?? '').split('.');
  const body = Buffer.from(JSON.stringify({ sub: 'system:serviceaccount:shop:admin' })).toString('base64url');
  expect(await review(`${head ?? ''}.${body}.${signature ?? ''}`, ['istio-ca'])).not.toHaveProperty(
    'authenticated',
  );
});

test('a lifetime below ten minutes, and a ServiceAccount that is not there, are refused', async () => {
  await expect(request(['istio-ca'], 60)).rejects.toMatchObject({ code: 422 });
  const core = lab.config().makeApiClient(CoreV1Api);
  const body = { spec: { audiences: ['istio-ca'] } };
  const missing = core.createNamespacedServiceAccountToken({ namespace: 'shop', name: 'missing', body });
  await expect(missing).rejects.toMatchObject({ code: 404 });
});

import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { z } from 'zod';
import { findInstalled } from '../../../lab/installed.ts';
import { startLab, type LabOptions } from '../../../lab/lab.ts';
import { FakeProgram } from '../../support/fake-program.ts';
import { freePorts } from '../../../worker/free-ports.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import type { Account, Grant, KubeWorld } from './world.ts';

/** A cluster of real components, in a lab of its own. */
export async function openLabWorld(): Promise<KubeWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-contract-lab-'));
  const installed = await findInstalled(userCacheFolder());
  const { signal } = new AbortController();
  let etcdPort = 0;
  const ports = async (count: number) => {
    const free = await freePorts(count);
    etcdPort = free[0] ?? 0;
    return free;
  };
  const running = new Map<string, FakeProgram>();
  const programs: LabOptions['programs'] = (pod) => {
    const { namespace = '', name } = pod.metadata;
    if (!namespace.startsWith('contract-')) return undefined;
    const program = new FakeProgram(pod);
    running.set(`${namespace}/${name}`, program);
    return program;
  };
  const lab = await startLab({ clusters: 1, folder, installed, signal, ports, programs });
  let failure: Error | undefined;
  void lab.failed.then((error) => (failure = error));
  const config = new KubeConfig();
  config.loadFromFile(lab.kubeconfig);
  const name = config.getCurrentContext();
  const restart = async (): Promise<void> => {
    if (failure !== undefined) throw failure;
    await lab.restart(`kube-apiserver of ${name}`);
  };
  return {
    admin: {
      name,
      url: config.getCurrentCluster()?.server ?? '',
      caPem: await readFile(join(folder, 'ca.pem'), 'utf8'),
      token: config.getCurrentUser()?.token ?? '',
    },
    restart,
    forget: async () => {
      await compact(folder, etcdPort);
      await restart();
    },
    mint: (account, endsIn) => mint(config, join(folder, name), account, endsIn),
    grant: (account, grants) => grant(config, account, grants),
    program: (namespace, pod) => {
      const program = running.get(`${namespace}/${pod}`);
      if (program === undefined) throw new Error(`no program runs in ${namespace}/${pod}`);
      return program;
    },
    close: async () => {
      await lab.stop();
      if (failure !== undefined) throw failure;
    },
  };
}

const header = z.object({ header: z.object({ revision: z.string() }) });

/** By the JSON form of etcd's own API, with the certificate that its clients have. */
async function compact(folder: string, port: number): Promise<void> {
  const tls = {
    ca: await readFile(join(folder, 'ca.pem')),
    cert: await readFile(join(folder, 'tls.pem')),
    key: await readFile(join(folder, 'tls-key.pem')),
  };
  const post = async (path: string, body: object): Promise<unknown> => {
    const asked = request({ ...tls, host: 'localhost', port, path, method: 'POST', agent: false });
    asked.end(JSON.stringify(body));
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return json(answer);
  };
  const { revision } = header.parse(await post('/v3/kv/range', { key: 'AA==' })).header;
  header.parse(await post('/v3/kv/compaction', { revision, physical: true }));
}

/** Signed with the key that the API server signs with: it would itself make none that ends within ten minutes. */
async function mint(
  config: KubeConfig,
  folder: string,
  { namespace, name }: Account,
  endsIn: number,
): Promise<string> {
  const core = config.makeApiClient(CoreV1Api);
  const { metadata } = await core.readNamespacedServiceAccount({ namespace, name });
  const issued = Math.floor(Date.now() / 1000);
  const issuer = 'https://kubernetes.default.svc';
  const body = {
    ...{ aud: [issuer], iss: issuer, jti: randomUUID(), sub: `system:serviceaccount:${namespace}:${name}` },
    ...{ iat: issued - 3600, nbf: issued - 3600, exp: issued + endsIn },
    'kubernetes.io': { namespace, serviceaccount: { name, uid: metadata?.uid } },
  };
  const signed = [{ alg: 'RS256' }, body]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const key = createPrivateKey(await readFile(join(folder, 'service-account-key.pem')));
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

async function grant(
  config: KubeConfig,
  { namespace, name }: Account,
  grants: readonly Grant[],
): Promise<void> {
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const rules = grants.map(({ group, resource, verbs }) => ({
    ...{ apiGroups: [group], resources: [resource], verbs: [...verbs] },
  }));
  const metadata = { name };
  await rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', namespace, name }],
    },
  });
}

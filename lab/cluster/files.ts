import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyPem } from '../../pki/make.ts';
import { writeKubeconfig } from '../../sim/api/kubeconfig.ts';
import { localhostTls, type ServingTls } from '../../sim/demo/serving-tls.ts';
import type { ClusterPlace, TlsFiles } from './commands.ts';

/** Who acts in a cluster, and the groups whose rights they have; the names are those of Kubernetes' own bindings. */
const users = {
  admin: { name: 'admin', group: 'system:masters' },
  controllerManager: { name: 'system:kube-controller-manager', group: '' },
  scheduler: { name: 'system:kube-scheduler', group: '' },
  // It is the kubelet of all nodes at once, which no right of a node admits.
  kubelet: { name: 'kwok', group: 'system:masters' },
} as const;

/** Writes a certificate for `localhost` and its CA into the folder; returns them as PEM as well. */
export async function writeTls(
  folder: string,
): Promise<{ readonly files: TlsFiles; readonly pem: ServingTls }> {
  const pem = localhostTls('Lab');
  const files = {
    ca: await write(folder, 'ca.pem', pem.ca),
    cert: await write(folder, 'tls.pem', pem.cert),
    key: await write(folder, 'tls-key.pem', pem.key),
  };
  return { files, pem };
}

type ClusterFiles = Pick<
  ClusterPlace,
  'tokens' | 'serviceAccountKey' | 'serviceAccountPublicKey' | 'kubeconfigs'
>;

/** Writes the tokens, keys and kubeconfigs of a cluster into the folder; returns the administrator's own as well. */
export async function writeClusterFiles(
  folder: string,
  o: { readonly name: string; readonly url: string; readonly caPem: string },
): Promise<{ readonly files: ClusterFiles; readonly adminToken: string; readonly adminKubeconfig: string }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const known = Object.entries(users).map(([role, user]) => ({
    role,
    ...user,
    token: randomBytes(24).toString('hex'),
  }));
  const tokenOf = (role: keyof typeof users): string => known.find((user) => user.role === role)?.token ?? '';
  const kubeconfig = async (role: keyof typeof users): Promise<string> => {
    const file = join(folder, `${role}.kubeconfig`);
    await writeKubeconfig({ file, clusters: [{ ...o, token: tokenOf(role) }] });
    return file;
  };
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const lines = known.map(({ token, name, group }) =>
    [token, name, name, ...(group === '' ? [] : [group])].join(','),
  );
  const files = {
    tokens: await write(folder, 'tokens.csv', `${lines.join('\n')}\n`),
    serviceAccountKey: await write(folder, 'service-account-key.pem', keyPem(privateKey)),
    serviceAccountPublicKey: await write(
      folder,
      'service-account.pem',
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ),
    kubeconfigs: {
      controllerManager: await kubeconfig('controllerManager'),
      scheduler: await kubeconfig('scheduler'),
      kubelet: await kubeconfig('kubelet'),
    },
  };
  return { files, adminToken: tokenOf('admin'), adminKubeconfig: await kubeconfig('admin') };
}

async function write(folder: string, name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

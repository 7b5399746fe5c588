import { beforeAll, describe, expect, it } from 'vitest';
import type { ClusterClient } from '../../../activities/kube/connect.ts';
import { execIn } from '../../../activities/kube/exec.ts';
import {
  configDumpPath,
  parseConfigDump,
  type ProxySecrets,
} from '../../../activities/workloads/config-dump.ts';
import { leafPath } from '../../../activities/workloads/leaf-path.ts';
import { lookAt } from '../../../activities/workloads/look.ts';
import { listMeshPods, podName, proxyContainer, type ProxyPod } from '../../../activities/workloads/pods.ts';
import { readProxy } from '../../../activities/workloads/read-proxy.ts';
import { parseBundle } from '../../../pki/bundle.ts';
import { trustDomain } from '../../../sim/demo/profiles.ts';
import { eventually } from '../../support/eventually.ts';

/** Proxies as the product finds and asks them. */
export function proxies(clientOf: () => ClusterClient): void {
  describe('a proxy', () => {
    let found: readonly ProxyPod[];
    const namespace = 'payments';
    const read = (pod: ProxyPod) => readProxy({ client: clientOf(), execFallback: false }, pod);
    const ask = (pod: ProxyPod, path: string) => {
      const target = { namespace: pod.namespace, pod: pod.name, container: proxyContainer };
      return execIn(clientOf(), target, ['pilot-agent', 'request', 'GET', path]);
    };
    const fingerprints = ({ chain, roots }: ProxySecrets) =>
      [chain, roots].map((certificates) => certificates.map(({ fingerprint }) => fingerprint));
    /** One whose owner puts another in its place. */
    const ledger = (): ProxyPod => {
      const pod = found.find((one) => podName(one).startsWith(`${namespace}/ledger-`));
      if (pod === undefined) throw new Error(`expected a pod ledger in ${namespace}`);
      return pod;
    };
    beforeAll(async () => {
      const client = clientOf();
      found = await eventually(async () => {
        const { proxies: all } = await listMeshPods(client);
        expect(all.filter(({ down }) => down !== undefined)).toEqual([]);
        return all;
      });
    });

    it('is found in the pods of every kind of owner, native sidecars and gateways too', () => {
      const owned = found.flatMap((pod) =>
        pod.owner === undefined ? [] : `${pod.namespace} ${pod.owner.kind}`,
      );
      expect([...new Set(owned)].sort()).toEqual([
        'aks-istio-ingress ReplicaSet',
        'orders ReplicaSet',
        'orders StatefulSet',
        'payments ReplicaSet',
        'telemetry DaemonSet',
      ]);
      expect(owned).toHaveLength(10);
      expect(found.filter(({ unborn, terminating }) => unborn || terminating)).toEqual([]);
    });

    it('shows a leaf of its ServiceAccount that leads to the root which the cluster gives to all', async () => {
      const { data } = await clientOf().core.readNamespacedConfigMap({
        namespace,
        name: 'istio-ca-root-cert',
      });
      const roots = parseBundle(data?.['root-cert.pem'] ?? '', 'istio-ca-root-cert').map(
        (one) => one.fingerprint,
      );
      const shown = await Promise.all(found.map(async (pod) => [pod, await read(pod)] as const));
      for (const [pod, secrets] of shown) {
        expect(leafPath(secrets, roots, new Date()), podName(pod)).toMatchObject({ ok: true });
        expect(secrets.roots.map(({ fingerprint }) => fingerprint)).toEqual(roots);
        expect(secrets.updatedAt).toBeInstanceOf(Date);
        const [san] = secrets.chain[0].sans;
        expect(san).toMatch(new RegExp(`^spiffe://${trustDomain}/ns/${pod.namespace}/sa/[a-z-]+$`));
      }
    });

    it('shows the same to a command in its container', async () => {
      const pod = ledger();
      const { stdout, stderr, exitCode } = await ask(pod, configDumpPath);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      expect(fingerprints(parseConfigDump(stdout, podName(pod)))).toEqual(fingerprints(await read(pod)));
    });

    it('tells a command of a path that it does not know', async () => {
      expect(await ask(ledger(), 'nothing')).toMatchObject({
        ...{
          stdout: '',
          stderr: expect.stringMatching(
            /^Error: received unsuccessful status code 404: invalid path\. admin commands are:\n/,
          ) as string,
          exitCode: 255,
        },
      });
    });

    it('whose pod is gone is left out, and said to be gone where it is asked for', async () => {
      const pod = ledger();
      await clientOf().core.deleteNamespacedPod({ namespace, name: pod.name });
      await eventually(async () => {
        await expect(read(pod)).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
      }, 60);
      expect(await lookAt({ client: clientOf(), execFallback: false }, [pod], (look) => look)).toEqual([]);
    });
  });
}

import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { demandCsiRotation } from '../../../activities/istiod/csi-driver.ts';
import { podVersions } from '../../../activities/istiod/pod-versions.ts';
import { readProviderClass, type ProviderClass } from '../../../activities/istiod/provider-class.ts';
import type { ClusterClient } from '../../../activities/kube/connect.ts';
import { istioNamespace as namespace } from '../../../sim/demo/istio-objects.ts';
import { eventually } from '../../support/eventually.ts';

const group = { group: 'secrets-store.csi.x-k8s.io', version: 'v1' };
const named = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
const statusList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), ownerReferences: z.array(z.unknown()) }),
      status: z.object({
        ...{ podName: z.string(), secretProviderClassName: z.string(), mounted: z.boolean() },
        objects: z.array(z.object({ id: z.string(), version: z.string() })),
      }),
    }),
  ),
});

/** What the Secrets Store CSI driver shows of the volumes of istiods. */
export function mounts(clientOf: () => ClusterClient): void {
  describe('a volume of istiod', () => {
    let providerClass: string;
    let source: ProviderClass;
    const list = (plural: string): Promise<unknown> =>
      clientOf().custom.listNamespacedCustomObject({ ...group, namespace, plural });
    const statuses = async () => statusList.parse(await list('secretproviderclasspodstatuses')).items;
    const istiods = async () =>
      (await clientOf().core.listNamespacedPod({ namespace, labelSelector: 'app=istiod' })).items;
    beforeAll(async () => {
      const [only] = named.parse(await list('secretproviderclasses')).items;
      providerClass = only?.metadata.name ?? '';
      source = await readProviderClass(clientOf(), namespace, providerClass);
    });

    it('is of a SecretProviderClass that names the vault and the four objects', async () => {
      expect(source).toEqual({
        vaultUrl: expect.stringMatching(/^https:\/\/kv-[a-z0-9-]+\.vault\.azure\.net$/) as string,
        objects: { root: 'root-cert', cert: 'ca-cert', key: 'ca-key', chain: 'cert-chain' },
      });
      await expect(readProviderClass(clientOf(), namespace, 'none')).rejects.toMatchObject({
        code: 'OBJECT_NOT_FOUND',
      });
    });

    it('is kept by a driver that takes new versions', async () => {
      await expect(demandCsiRotation(clientOf())).resolves.toBeUndefined();
    });

    it('has a status of the pod’s own, with the version of every object that is mounted', async () => {
      const pods = await istiods();
      expect(pods).toHaveLength(2);
      const all = await statuses();
      for (const { metadata: { name = '', uid = '' } = {} } of pods) {
        expect(all.find(({ status }) => status.podName === name)).toMatchObject({
          metadata: {
            name: `${name}-${namespace}-${providerClass}`,
            ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }],
          },
          status: {
            ...{ secretProviderClassName: providerClass, mounted: true },
            objects: ['ca-cert', 'ca-key', 'cert-chain', 'root-cert'].map((object) => ({
              ...{ id: `secret/${object}`, version: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
            })),
          },
        });
      }
    });

    it('lacks nothing of what is mounted, and what is named of other versions', async () => {
      const seen = await podVersions(clientOf(), namespace);
      const [status] = (await statuses()).map((one) => one.status);
      const version = (object: string) =>
        status?.objects.find(({ id }) => id === `secret/${object}`)?.version ?? '';
      const mounted = {
        ...{ root: version('root-cert'), cert: version('ca-cert') },
        ...{ key: version('ca-key'), chain: version('cert-chain') },
      };
      const lack = (wanted: typeof mounted, pod = status?.podName ?? '') =>
        seen.lack(pod, providerClass, source.objects, wanted);
      expect(lack(mounted)).toBeUndefined();
      const newer = 'f'.repeat(32);
      expect(lack({ ...mounted, root: newer })).toBe('old version of root-cert');
      expect(lack({ ...mounted, cert: newer, key: newer })).toBe('old version of ca-key, ca-cert');
      expect(lack(mounted, 'istiod-of-none')).toBe('nothing is mounted yet');
    });

    it('has its status as long as its pod is there', async () => {
      const [gone] = await istiods();
      const name = gone?.metadata?.name ?? '';
      await clientOf().core.deleteNamespacedPod({ namespace, name });
      await eventually(async () => {
        const running = (await istiods()).map(({ metadata }) => metadata?.name).sort();
        expect(running).toHaveLength(2);
        expect(running).not.toContain(name);
        expect((await statuses()).map(({ status }) => status.podName).sort()).toEqual(running);
      }, 120);
    });
  });
}

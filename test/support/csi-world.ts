import { caFiles, type MeshCa } from '../../sim/new-ca.ts';
import type { SimVault } from '../../sim/key-vault/vault.ts';
import type { KubeObject, ObjectStore } from '../../sim/world.ts';

/** Names of the four secrets as the AKS articles have them. */
export const objects = { root: 'root-cert', cert: 'ca-cert', key: 'ca-key', chain: 'cert-chain' } as const;

/** Puts a unit's CA set into a vault, as an operator's `az keyvault secret set` does. */
export function plugIn(vault: SimVault, ca: MeshCa, unit: string): void {
  const files = caFiles(ca, unit);
  vault.store.set(objects.root, files.root);
  vault.store.set(objects.cert, files.cert);
  vault.store.set(objects.key, files.key);
  vault.store.set(objects.chain, files.chain);
}

const files = {
  'root-cert': 'root-cert.pem',
  'ca-cert': 'ca-cert.pem',
  'ca-key': 'ca-key.pem',
  'cert-chain': 'cert-chain.pem',
};

/** The SecretProviderClass that the add-on makes for a revision. */
export function createProviderClass(store: ObjectStore, vault: string): void {
  const entries = Object.entries(files).map(
    ([name, alias]) => `  - |\n    objectName: ${name}\n    objectType: secret\n    objectAlias: ${alias}\n`,
  );
  store.create('secretproviderclasses', {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name: 'istio-spc-asm-1-30', namespace: 'aks-istio-system' },
    spec: {
      provider: 'azure',
      parameters: { keyvaultName: vault, objects: `array:\n${entries.join('')}` },
      secretObjects: [
        {
          secretName: 'cacerts',
          type: 'opaque',
          data: Object.values(files).map((file) => ({ key: file, objectName: file })),
        },
      ],
    },
  });
}

export const cacertsVolume = {
  name: 'cacerts',
  csi: {
    driver: 'secrets-store.csi.k8s.io',
    readOnly: true,
    volumeAttributes: { secretProviderClass: 'istio-spc-asm-1-30' },
  },
};

export function createPod(store: ObjectStore, name: string): KubeObject {
  return store.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'aks-istio-system' },
    spec: {
      nodeName: 'node-0',
      containers: [{ name: 'discovery', image: 'pilot:1.30.3' }],
      volumes: [cacertsVolume],
    },
  });
}

import { describe, expect, test } from 'vitest';
import { parseProviderClass } from '../../../activities/istiod/provider-class.ts';

const object = 'SecretProviderClass aks-istio-system/istio-spc-asm-1-30 of cluster west';

const addOn = (objects: readonly string[], keyvaultName = 'KV-west') => ({
  apiVersion: 'secrets-store.csi.x-k8s.io/v1',
  kind: 'SecretProviderClass',
  spec: {
    provider: 'azure',
    parameters: {
      keyvaultName,
      cloudName: 'AzurePublicCloud',
      objects: `array:\n${objects.map((item) => `  - |\n${item.replaceAll(/^/gm, '    ')}\n`).join('')}`,
      useVMManagedIdentity: 'true',
    },
  },
});
const item = (name: string, alias: string, more = '') =>
  `objectName: ${name}\nobjectAlias: "${alias}"\nobjectType: secret${more}`;
const objects = [
  item('root-cert', 'root-cert.pem'),
  item('ca-cert', 'ca-cert.pem'),
  item('ca-key', 'ca-key.pem'),
  item('cert-chain', 'cert-chain.pem'),
];

describe('the SecretProviderClass of the add-on', () => {
  test('names the vault and the four objects by the files that they become', () => {
    expect(parseProviderClass(addOn(objects), object)).toEqual({
      vaultUrl: 'https://kv-west.vault.azure.net',
      objects: { root: 'root-cert', cert: 'ca-cert', key: 'ca-key', chain: 'cert-chain' },
    });
  });

  test('is refused where it pins a version, for a new one would never be mounted', () => {
    const pinned = [item('root-cert', 'root-cert.pem', '\nobjectVersion: 0a1b'), ...objects.slice(1)];
    expect(() => parseProviderClass(addOn(pinned), object)).toThrow(/objectVersion of root-cert/);
  });

  test('may leave objectVersion empty', () => {
    const empty = [item('root-cert', 'root-cert.pem', '\nobjectVersion: ""'), ...objects.slice(1)];
    expect(parseProviderClass(addOn(empty), object).objects.root).toBe('root-cert');
  });

  test('is refused where a file of the set is missing', () => {
    expect(() => parseProviderClass(addOn(objects.slice(0, 3)), object)).toThrow(
      /expected an object with objectAlias cert-chain.pem/,
    );
  });

  test('is refused where its objects are no YAML', () => {
    expect(() => parseProviderClass(addOn(['a: [']), object)).toThrow(/cannot be read as one of Azure/);
  });

  test('is refused where it mounts the secret in which keys of new CAs are staged, in whatever case', () => {
    const staged = [...objects, item('CA-key-meshturn-next', 'next.pem')];
    expect(() => parseProviderClass(addOn(staged), object)).toThrow(/found ca-key-meshturn-next/);
  });

  test('is refused where another provider fills it', () => {
    const vault = { spec: { ...addOn(objects).spec, provider: 'vault' } };
    expect(() => parseProviderClass(vault, object)).toThrow(/found provider vault/);
  });
});

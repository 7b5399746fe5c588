import { parse } from 'yaml';
import { z } from 'zod';
import type { ObjectNames } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import { stagedName } from '../key-vault/staged-set.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { calling } from '../kube/problems.ts';

const group = { group: 'secrets-store.csi.x-k8s.io', version: 'v1' };

/** Where a SecretProviderClass brings istiod's CA from. */
export interface ProviderClass {
  readonly vaultUrl: string;
  readonly objects: ObjectNames;
}

const providerClass = z.object({
  spec: z.object({
    provider: z.string(),
    parameters: z.object({
      keyvaultName: z.string().min(1),
      objects: z.string(),
      cloudName: z.string().optional(),
    }),
  }),
});
const objectList = z.object({ array: z.array(z.string()) });
const vaultObject = z.object({
  objectName: z.string().min(1),
  objectAlias: z.string().optional(),
  objectVersion: z.union([z.string(), z.number()]).optional(),
});

/** Vault suffixes by `cloudName`, as the Azure provider derives the host. */
const suffixes = new Map([
  ['azurechinacloud', 'vault.azure.cn'],
  ['azureusgovernmentcloud', 'vault.usgovcloudapi.net'],
]);

/**
 * Reads the SecretProviderClass behind istiod's volume.
 * @throws Problem SECRET_PROVIDER_CLASS_INVALID, OBJECT_VERSION_PINNED, STAGED_SECRET_MOUNTED
 */
export async function readProviderClass(
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<ProviderClass> {
  const object = `SecretProviderClass ${namespace}/${name} of cluster ${client.name}`;
  const found: unknown = await calling(object, () =>
    client.custom.getNamespacedCustomObject({ ...group, namespace, plural: 'secretproviderclasses', name }),
  );
  return parseProviderClass(found, object);
}

export function parseProviderClass(raw: unknown, object: string): ProviderClass {
  const parsed = providerClass.safeParse(raw);
  if (!parsed.success || parsed.data.spec.provider !== 'azure') {
    const found = parsed.success ? `provider ${parsed.data.spec.provider}` : z.prettifyError(parsed.error);
    throw new Problem('SECRET_PROVIDER_CLASS_INVALID', {
      object,
      expected: 'provider azure with objects',
      found,
    });
  }
  const { keyvaultName, objects, cloudName } = parsed.data.spec.parameters;
  const listed = vaultObjects(objects, object);
  const pinned = listed.filter(({ objectVersion = '' }) => objectVersion !== '');
  if (pinned.length > 0) {
    throw new Problem('OBJECT_VERSION_PINNED', {
      object,
      found: pinned.map(({ objectName }) => `objectVersion of ${objectName}`).join(', '),
    });
  }
  const named = (file: string) => {
    const entry = listed.find(({ objectName, objectAlias = '' }) => (objectAlias || objectName) === file);
    if (entry !== undefined) return entry.objectName;
    throw new Problem('SECRET_PROVIDER_CLASS_INVALID', {
      object,
      expected: `an object with objectAlias ${file}`,
      found: listed.map(({ objectName, objectAlias }) => objectAlias ?? objectName).join(', '),
    });
  };
  const names = {
    root: named('root-cert.pem'),
    cert: named('ca-cert.pem'),
    key: named('ca-key.pem'),
    chain: named('cert-chain.pem'),
  };
  const staged = stagedName(names);
  if (listed.some(({ objectName }) => objectName.toLowerCase() === staged.toLowerCase())) {
    throw new Problem('STAGED_SECRET_MOUNTED', { object, found: staged });
  }
  const suffix = suffixes.get((cloudName ?? '').toLowerCase()) ?? 'vault.azure.net';
  return { vaultUrl: `https://${keyvaultName.toLowerCase()}.${suffix}`, objects: names };
}

/** `objects` is YAML within YAML: an array of strings, each of which is a mapping again. */
function vaultObjects(text: string, object: string): readonly z.output<typeof vaultObject>[] {
  try {
    const { array } = objectList.parse(parse(text));
    return array.map((item) => vaultObject.parse(parse(item)));
  } catch (error) {
    const found = error instanceof z.ZodError ? z.prettifyError(error) : 'objects that are no YAML array';
    throw new Problem('SECRET_PROVIDER_CLASS_INVALID', { object, found });
  }
}

import type { NewObject } from '../../sim/world.ts';

const group = 'secrets-store.csi.x-k8s.io';
const text = { type: 'string' };
const flag = { type: 'boolean' };
const texts = { type: 'object', additionalProperties: text };

/** The kinds of the Secrets Store CSI driver, in the version that the add-on of AKS installs. */
export const customResourceDefinitions: readonly NewObject[] = [
  definition('SecretProviderClass', 'secretproviderclasses', {
    spec: object({
      provider: text,
      parameters: texts,
      secretObjects: list({
        ...{ secretName: text, type: text, labels: texts, annotations: texts },
        data: list({ key: text, objectName: text }),
      }),
    }),
    status: object({ byPod: list({ id: text, namespace: text }) }),
  }),
  definition('SecretProviderClassPodStatus', 'secretproviderclasspodstatuses', {
    status: object({
      ...{ podName: text, secretProviderClassName: text, mounted: flag, targetPath: text },
      objects: list({ id: text, version: text }),
    }),
  }),
];

type Properties = Readonly<Record<string, unknown>>;

function object(properties: Properties): unknown {
  return { type: 'object', properties };
}

function list(properties: Properties): unknown {
  return { type: 'array', items: object(properties) };
}

/** `status` is a field as any other: the driver writes it with the object, not by a subresource. */
function definition(kind: string, plural: string, properties: Properties): NewObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: 'Namespaced',
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: object(properties) } },
      ],
    },
  };
}

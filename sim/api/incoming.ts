import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { cronJobView, jobView, podView, workloadView } from '../controllers/views.ts';
import { apiVersionOf, type ResourceType } from './resources.ts';
import { lackingOf, roleShape } from './role-rules.ts';
import { ApiError } from './status.ts';
import { withStringData } from './string-data.ts';

const strings = z.record(z.string(), z.string());

const ownerReference = z.object({
  ...{ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() },
  controller: z.boolean().exactOptional(),
});

const incoming = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z
    .looseObject({
      name: z.string().optional(),
      generateName: z.string().optional(),
      namespace: z.string().optional(),
      uid: z.string().optional(),
      resourceVersion: z.string().optional(),
      labels: strings.exactOptional(),
      annotations: strings.exactOptional(),
      ownerReferences: z.array(ownerReference).exactOptional(),
    })
    .default({}),
});

/** An object as a client sends it, before the server has filled anything in. */
export type Incoming = z.infer<typeof incoming>;

const base64 = z.base64({ error: 'illegal base64 data' });

/** What must hold of an object for the simulation to serve it; what the real server checks beyond is not. */
const shapes: Readonly<Record<string, z.ZodType>> = {
  pods: podView,
  deployments: workloadView,
  replicasets: workloadView,
  statefulsets: workloadView,
  daemonsets: workloadView,
  jobs: jobView,
  cronjobs: cronJobView,
  configmaps: z.looseObject({ data: strings.nullish(), binaryData: z.record(z.string(), base64).nullish() }),
  secrets: z.looseObject({ data: z.record(z.string(), base64).nullish(), stringData: strings.nullish() }),
  roles: roleShape,
  clusterroles: roleShape,
};

/** What an object that has its shape lacks all the same. */
const lacks: Readonly<Record<string, (object: unknown) => readonly string[]>> = {
  roles: lackingOf,
  clusterroles: lackingOf,
};

const name = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** ConfigMaps and Secrets may hold 1 MiB. */
const mostBytes = 1024 * 1024;

/** Reads a body; 400 where it is neither JSON nor, with `yaml`, YAML. */
export function readBody(body: string, yaml = false): unknown {
  try {
    return yaml ? parseYaml(body) : JSON.parse(body);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ApiError('BadRequest', `the object provided is unrecognized: ${why}`);
  }
}

/** The metadata that is a client's to set. */
export function clientMetadata({ labels, annotations, ownerReferences }: Incoming['metadata']) {
  return {
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(ownerReferences ? { ownerReferences } : {}),
  };
}

/** An object of the call's type; 400 where it is of another, 422 where its fields are not as they must be. */
export function readObject(type: ResourceType, value: unknown): Incoming {
  const object = incoming.safeParse(value);
  if (!object.success) throw invalid(type, '', object.error);
  const { apiVersion = apiVersionOf(type), kind = type.kind, metadata } = object.data;
  if (kind !== type.kind || apiVersion !== apiVersionOf(type)) {
    const expected = `${type.kind} of ${apiVersionOf(type)}`;
    throw new ApiError(
      'BadRequest',
      `the object provided (${kind} of ${apiVersion}) is not the expected ${expected}`,
    );
  }
  const shape = shapes[type.resource]?.safeParse(object.data);
  if (shape?.success === false) {
    const isMissing = ({ path }: z.core.$ZodIssue): boolean => valueAt(object.data, path) === undefined;
    if (shape.error.issues.every(isMissing)) throw invalid(type, metadata.name ?? '', shape.error);
    throw undecodable(type, shape.error);
  }
  const lacking = lacks[type.resource]?.(object.data) ?? [];
  if (lacking.length > 0) {
    const what = lacking.length === 1 ? lacking.join() : `[${lacking.join(', ')}]`;
    throw invalidField(type, metadata.name ?? '', what);
  }
  if (metadata.name !== undefined && !name.test(metadata.name)) {
    throw invalidField(
      type,
      metadata.name,
      "metadata.name: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'",
    );
  }
  if (['configmaps', 'secrets'].includes(type.resource) && JSON.stringify(object.data).length > mostBytes) {
    throw invalidField(type, metadata.name ?? '', 'data: Too long: may not be more than 1048576 bytes');
  }
  return { ...withStringData(type.resource, object.data), apiVersion, kind };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    return typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined;
  }, value);
}

/** A value that is no value of its field's type is no object at all. */
function undecodable({ kind, version }: ResourceType, error: z.ZodError): ApiError {
  const what = `${kind} in version "${version}" cannot be handled as a ${kind}`;
  return new ApiError('BadRequest', `${what}: ${fieldsOf(error)}`);
}

function fieldsOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(', ');
}

function invalid(type: ResourceType, object: string, error: z.ZodError): ApiError {
  return invalidField(type, object, fieldsOf(error));
}

function invalidField(type: ResourceType, object: string, what: string): ApiError {
  const { kind, group } = type;
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return new ApiError('Invalid', `${qualified} "${object}" is invalid: ${what}`, {
    name: object,
    group,
    kind,
  });
}

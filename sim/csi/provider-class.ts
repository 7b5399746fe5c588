import { parse } from 'yaml';
import { z } from 'zod';
import type { KubeObject } from '../world.ts';

/** One secret that a SecretProviderClass of provider `azure` mounts. */
export interface MountedObject {
  readonly objectName: string;
  /** Undefined for the newest. */
  readonly version: string | undefined;
  readonly file: string;
}

/** A Kubernetes Secret that is kept equal to mounted files. */
export interface SyncedSecret {
  readonly secretName: string;
  readonly type: string;
  /** Key in the Secret to file. */
  readonly data: readonly { readonly key: string; readonly objectName: string }[];
}

export interface ProviderClass {
  readonly vault: string;
  readonly objects: readonly MountedObject[];
  readonly secrets: readonly SyncedSecret[];
}

const spec = z.object({
  parameters: z.object({ keyvaultName: z.string(), objects: z.string() }),
  secretObjects: z
    .array(
      z.object({
        secretName: z.string(),
        type: z.string(),
        data: z.array(z.object({ key: z.string(), objectName: z.string() })),
      }),
    )
    .default([]),
});

const list = z.object({ array: z.array(z.string()) });

const entry = z.object({
  objectName: z.string(),
  objectType: z.literal('secret').default('secret'),
  objectAlias: z.string().optional(),
  objectVersion: z.string().optional(),
});

/** Objects of the API are never changed in place: one that was read is not read again with every poll. */
const before = new WeakMap<KubeObject, ProviderClass>();

/** Reads a SecretProviderClass as the Azure provider does: a YAML text of a list of YAML texts. */
export function readProviderClass(object: KubeObject): ProviderClass {
  const known = before.get(object) ?? read(object);
  before.set(object, known);
  return known;
}

function read(object: KubeObject): ProviderClass {
  const { parameters, secretObjects } = spec.parse(object['spec']);
  const objects = list.parse(parse(parameters.objects)).array.map((text) => {
    const { objectName, objectAlias, objectVersion } = entry.parse(parse(text));
    const version = objectVersion === undefined || objectVersion === '' ? undefined : objectVersion;
    return { objectName, version, file: objectAlias ?? objectName };
  });
  return { vault: parameters.keyvaultName, objects, secrets: secretObjects };
}

import { isDeepStrictEqual } from 'node:util';
import { fieldsOf, type Fields } from './fields.ts';

/**
 * By what key the lists of the API are merged, by the name of their field (the patchMergeKey tags of
 * k8s.io/api). A list that is not here is replaced as a whole.
 */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  imagePullSecrets: 'name',
  conditions: 'type',
  ownerReferences: 'uid',
  webhooks: 'name',
};

/** Lists of plain values that are merged as sets. */
const sets: readonly string[] = ['finalizers'];

/** Applies a strategic merge patch: maps are merged, null deletes, keyed lists are merged item by item. */
export function strategicMerge(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  if (patch['$patch'] === 'replace') return without(patch, '$patch');
  const merged = new Map(Object.entries(fieldsOf(target)));
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) continue;
    if (value === null) merged.delete(field);
    else merged.set(field, mergeField(field, merged.get(field), value));
  }
  return Object.fromEntries(merged);
}

/** Applies a JSON merge patch (RFC 7386): lists are replaced. */
export function jsonMerge(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const merged = new Map(Object.entries(fieldsOf(target)));
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) merged.delete(field);
    else merged.set(field, jsonMerge(merged.get(field), value));
  }
  return Object.fromEntries(merged);
}

function mergeField(field: string, target: unknown, patch: unknown): unknown {
  return Array.isArray(patch) ? mergeList(field, target, patch) : strategicMerge(target, patch);
}

function mergeList(field: string, target: unknown, patch: readonly unknown[]): readonly unknown[] {
  const old: readonly unknown[] = Array.isArray(target) ? target : [];
  if (sets.includes(field)) return [...new Set([...old, ...patch])];
  const key = mergeKeys[field];
  if (key === undefined || !patch.every((item) => isMap(item))) return patch;
  if (patch.some((item) => item['$patch'] === 'replace'))
    return patch.filter((item) => item['$patch'] === undefined);
  const same = (a: unknown, b: unknown): boolean => isDeepStrictEqual(fieldsOf(a)[key], fieldsOf(b)[key]);
  const kept = old
    .filter((item) => !patch.some((change) => change['$patch'] === 'delete' && same(change, item)))
    .map((item) => strategicMerge(item, patch.find((change) => same(change, item)) ?? {}));
  const added = patch.filter(
    (change) => change['$patch'] !== 'delete' && !old.some((item) => same(item, change)),
  );
  return [...kept, ...added.map((item) => strategicMerge({}, item))];
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function without(fields: Fields, field: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));
}

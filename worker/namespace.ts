import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { Problem } from '../problems/problem.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const indexedTypes = {
  KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  KEYWORD_LIST: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
};
type Key = (typeof searchAttributes)[keyof typeof searchAttributes];
const keys: readonly Key[] = Object.values(searchAttributes);
const secondsPerDay = 86_400;

/** What Meshturn sets where nobody asks for another: a server by itself keeps what has ended for 1 day. */
export const keptDays = 30;

/** In days. */
export interface RaisedRetention {
  readonly was: number;
  readonly is: number;
}

/** A namespace on a server. */
export interface NamespaceRef {
  readonly connection: Connection;
  readonly namespace: string;
}

/** Registers what is missing; on Temporal Cloud that is not offered, and the server's refusal is thrown. */
export async function registerSearchAttributes(ref: NamespaceRef): Promise<void> {
  const missing = await missingSearchAttributes(ref);
  if (missing.length > 0) await addSearchAttributes(ref, missing);
}

/** Registers them unseen, as for the test server, which cannot list them. */
export async function addSearchAttributes(
  { connection, namespace }: NamespaceRef,
  added: readonly Key[] = keys,
): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(added.map((key) => [key.name, indexedType(key)])),
  });
}

/** Throws SEARCH_ATTRIBUTE_MISSING, which names those that lack and the command that registers them. */
export async function verifySearchAttributes(ref: NamespaceRef): Promise<void> {
  const missing = await missingSearchAttributes(ref);
  if (missing.length === 0) return;
  throw new Problem('SEARCH_ATTRIBUTE_MISSING', {
    object: `namespace ${ref.namespace}`,
    expected: missing.map((key) => `${key.name} (${key.type})`).join(', '),
  });
}

async function missingSearchAttributes({ connection, namespace }: NamespaceRef) {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return keys.filter((key) => customAttributes[key.name] !== indexedType(key));
}

function indexedType(key: Key) {
  return key.type === 'KEYWORD_LIST' ? indexedTypes.KEYWORD_LIST : indexedTypes.KEYWORD;
}

/** How long the namespace keeps a finished workflow, in days. */
export async function retentionDays({ connection, namespace }: NamespaceRef): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  return seconds / secondsPerDay;
}

export async function setRetention({ connection, namespace }: NamespaceRef, days: number): Promise<void> {
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(days * secondsPerDay * 1000) },
  });
}

/**
 * Has the namespace keep what has ended for `keptDays` where a rotation of `days`, and a week to read about it, would
 * not fit. Resolves with how many days it was and is; with nothing where it was long enough.
 */
export async function raiseRetention(ref: NamespaceRef, days: number): Promise<RaisedRetention | undefined> {
  const was = await retentionDays(ref);
  if (was >= neededDays(days)) return undefined;
  const is = Math.max(keptDays, neededDays(days));
  await setRetention(ref, is);
  return { was, is };
}

/** Throws RETENTION_TOO_SHORT where a rotation of `days`, and a week to read about it, would not fit. */
export async function verifyRetention(ref: NamespaceRef, days: number): Promise<void> {
  const found = await retentionDays(ref);
  const expected = neededDays(days);
  if (found >= expected) return;
  throw new Problem('RETENTION_TOO_SHORT', {
    object: `namespace ${ref.namespace}`,
    expected: `at least ${expected} days`,
    found: `${found} days`,
    hint: `meshturn setup --retention ${Math.max(keptDays, expected)}d`,
  });
}

function neededDays(days: number): number {
  return Math.ceil(days) + 7;
}

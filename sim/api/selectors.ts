import { fieldsOf } from './fields.ts';
import { ApiError } from './status.ts';
import type { KubeObject } from '../world.ts';

export type Selection = (object: KubeObject) => boolean;

/** Parses labelSelector and fieldSelector as list and watch take them; an unknown form is a 400. */
export function selection(labelSelector = '', fieldSelector = ''): Selection {
  const all = [...split(labelSelector).map(labelTest), ...split(fieldSelector).map(fieldTest)];
  return (object) => all.every((test) => test(object));
}

/** The only name that a field selector leaves; undefined where it leaves more. */
export function selectedName(fieldSelector: string): string | undefined {
  const [, name] = /(?:^|,)\s*metadata\.name\s*==?\s*([^,\s]+)/.exec(fieldSelector) ?? [];
  return name;
}

// Commas inside the brackets of `in (a,b)` do not part terms.
function split(selector: string): readonly string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}

function labelTest(term: string): Selection {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (object) => values.includes(labelOf(object, key) ?? '\0') === (operator === 'in');
  }
  const [, not, key = '', operator, value] = /^(!?)([^\s=!]+)\s*(?:(==|=|!=)\s*(\S*))?$/.exec(term) ?? [];
  if (key === '') throw new ApiError('BadRequest', `unable to parse requirement: ${term}`);
  if (operator === '!=') return (object) => labelOf(object, key) !== value;
  if (operator !== undefined) return (object) => labelOf(object, key) === value;
  return (object) => (labelOf(object, key) === undefined) === (not === '!');
}

function labelOf({ metadata }: KubeObject, key: string): string | undefined {
  return metadata.labels?.[key];
}

/** The fields that can be selected by, of those that the real server knows. */
const fieldReaders: Readonly<Record<string, (object: KubeObject) => unknown>> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace,
  'spec.nodeName': (object) => fieldsOf(object['spec'])['nodeName'],
  'status.phase': (object) => fieldsOf(object['status'])['phase'],
  'status.podIP': (object) => fieldsOf(object['status'])['podIP'],
  'involvedObject.name': (object) => fieldsOf(object['involvedObject'])['name'],
  'involvedObject.uid': (object) => fieldsOf(object['involvedObject'])['uid'],
  reason: (object) => object['reason'],
  type: (object) => object['type'],
};

function fieldTest(term: string): Selection {
  const [, key = '', operator, value = ''] = /^([\w.]+)\s*(==|=|!=)\s*(\S*)$/.exec(term) ?? [];
  const read = fieldReaders[key];
  if (read === undefined) throw new ApiError('BadRequest', `field label not supported: ${key || term}`);
  return (object) => ((read(object) ?? '') === value) === (operator !== '!=');
}

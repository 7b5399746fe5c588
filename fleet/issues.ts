import type { z } from 'zod';
import { Problem } from '../problems/problem.ts';
import { nearest } from './nearest.ts';
import { keySeparator } from './schema.ts';
import type { Path, SourceText } from './source-text.ts';

/** One problem for each key or value that the schema refuses. */
export function issueProblems(
  issue: z.core.$ZodIssue,
  source: SourceText,
  data: unknown,
): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, issue.message.split(keySeparator), issue.path, source));
  }
  return [
    new Problem('FLEET_VALUE_INVALID', {
      object: `${source.at(issue.path)}: ${written(issue.path)}`,
      expected: issue.message,
      found: described(valueAt(data, issue.path)),
    }),
  ];
}

function unknownKey(key: string, known: readonly string[], path: Path, source: SourceText): Problem {
  const [first] = known;
  const likely = nearest(key, known);
  return new Problem('FLEET_KEY_UNKNOWN', {
    object: `${source.atKey(path, key)}: ${written([...path, key])}`,
    expected: first === '' ? 'no keys' : `one of ${known.join(keySeparator)}`,
    found: described(key),
    ...(likely === undefined ? {} : { hint: `did you mean ${likely}?` }),
  });
}

/** `meshes[0].clusters[1].name` */
export function written(path: Path): string {
  const joined = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
  return joined === '' ? 'the file' : joined;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    data,
  );
}

/** A value in few words. Anything that looks like key material, and who is named in a URL, is not repeated. */
export function described(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return `${String(value)} (${typeof value})`;
  return 'a mapping';
}

function quoted(value: string): string {
  if (value.includes('-----BEGIN')) return 'a PEM block';
  const shown = value.replaceAll(/\/\/[^/@]*@/g, '//…@');
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 60)}…` : shown);
}

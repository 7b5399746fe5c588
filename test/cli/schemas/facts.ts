import { z } from 'zod';

const node = z.looseObject({
  $ref: z.string().optional(),
  $defs: z.record(z.string(), z.unknown()).optional(),
  type: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});

/**
 * All that a reader may rely on by a JSON Schema, one line each: `phases[].name always`, `state may be running`.
 * What one schema has of these and a later one lacks is no additive change.
 */
export function factsOf(schema: unknown): readonly string[] {
  const definitions = node.parse(schema).$defs ?? {};
  const walk = (value: unknown, path: string): readonly string[] => {
    const { $ref, ...own } = node.parse(value);
    if ($ref !== undefined) return walk(definitions[$ref.replace('#/$defs/', '')], path);
    const { properties = {}, required = [], items, additionalProperties: others } = own;
    return [
      ...(own.type === undefined ? [] : [`${path} is of type ${own.type}`]),
      ...(own.const === undefined ? [] : [`${path} is ${JSON.stringify(own.const)}`]),
      ...(own.enum ?? []).map((one) => `${path} may be ${String(one)}`),
      ...(own.format === undefined ? [] : [`${path} is a ${own.format}`]),
      ...(own.pattern === undefined ? [] : [`${path} is like ${own.pattern}`]),
      ...required.map((key) => `${path}.${key} is always there`),
      ...Object.entries(properties).flatMap(([key, one]) => walk(one, `${path}.${key}`)),
      ...(items === undefined ? [] : walk(items, `${path}[]`)),
      ...(typeof others === 'object' ? walk(others, `${path}{}`) : []),
      ...[...(own.anyOf ?? []), ...(own.oneOf ?? [])].flatMap((one, index) => walk(one, `${path}|${index}`)),
    ];
  };
  return walk(schema, '');
}

/** What a reader of documents by `before` may rely on and no longer can by `after`. */
export function lost(before: unknown, after: unknown): readonly string[] {
  const kept = new Set(factsOf(after));
  return factsOf(before).filter((fact) => !kept.has(fact));
}

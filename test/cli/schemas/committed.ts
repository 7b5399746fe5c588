import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import { z } from 'zod';
import { documents as printed, fileOf, jsonSchemaOf } from '../../../cli/schemas/documents.ts';
import { labDocuments } from '../../../lab/document.ts';

/** Those of the command line and those of the lab. */
export const documents = { ...printed, ...labDocuments };

export type DocumentName = keyof typeof documents;

const folder = new URL('../../../docs/schemas/', import.meta.url);
const self = z.looseObject({
  schema: z.custom<DocumentName>((name) => Object.hasOwn(documents, String(name))),
});

export function urlOf(file: string): URL {
  return new URL(file, folder);
}

export function schemaOf(name: DocumentName, options?: { readonly closed: boolean }): object {
  return jsonSchemaOf(name, documents[name], options);
}

/** What a validator has against a document; nothing where it is as described. */
export function complaints(schema: object, document: unknown): unknown {
  const ajv = new Ajv2020({ allErrors: true, strict: true });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return validate(document) ? undefined : validate.errors;
}

/**
 * Asks a validator whether what a command printed is as its committed schema describes it, with no key besides,
 * and returns it.
 */
export function expectDescribed(printed: string): z.output<typeof self> {
  const document: unknown = JSON.parse(printed);
  const { schema: name } = self.parse(document);
  const committed = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync(urlOf(fileOf(name)), 'utf8')));
  expect(complaints(committed, document), `${name} as committed`).toBeUndefined();
  expect(complaints(schemaOf(name, { closed: true }), document), `${name} without more`).toBeUndefined();
  return self.parse(document);
}

import { z } from 'zod';
import { evidenceDocument } from '../../activities/evidence/document.ts';
import { caMadeDocument } from './ca-made.ts';
import { caDocument } from './ca.ts';
import { caCheckDocument } from './ca-check.ts';
import { demoDocument } from './demo.ts';
import { fleetDocument } from './fleet.ts';
import { planDocument } from './plan.ts';
import { reportDocument } from './report.ts';
import { rotationDocument } from './rotation.ts';
import { requestsDocument, submittedDocument } from './requests.ts';
import { memoDocument, rotationsDocument, startedDocument } from './rotations.ts';

/** One kind of document that commands print. */
export interface DocumentKind {
  readonly schema: z.ZodType;
  /** The commands, as they are typed. */
  readonly printedBy: readonly string[];
}

const told = ['pause', 'resume', 'abort', 'retry'].map((name) => `rotation ${name} -o json`);

/** Every document, by what its key `schema` says. */
export const documents = {
  'meshturn.rotation/v1': {
    schema: rotationDocument,
    printedBy: [
      ...['rotation status -o json', 'rotation watch -o jsonl', 'rotation start --wait -o json'],
      ...['rotation rollback -o json', 'rotation rollback --dry-run -o json'],
      ...told,
    ],
  },
  'meshturn.rotation-memo/v1': {
    schema: memoDocument,
    printedBy: ['rotation status -o json', 'rotation watch -o jsonl', 'rotation rollback -o json', ...told],
  },
  'meshturn.rotations/v1': { schema: rotationsDocument, printedBy: ['rotation list -o json'] },
  'meshturn.plan/v1': {
    schema: planDocument,
    printedBy: [
      ...['rotation plan -o json', 'rotation start --dry-run -o json'],
      'rotation rollback --dry-run -o json',
    ],
  },
  'meshturn.started/v1': {
    schema: startedDocument,
    printedBy: ['rotation start -o json', 'rotation rollback -o json'],
  },
  'meshturn.requests/v1': { schema: requestsDocument, printedBy: ['rotation requests -o json'] },
  'meshturn.submitted/v1': { schema: submittedDocument, printedBy: ['rotation submit -o json'] },
  'meshturn.ca/v1': { schema: caDocument, printedBy: ['ca inspect -o json'] },
  'meshturn.ca-check/v1': { schema: caCheckDocument, printedBy: ['ca verify -o json'] },
  'meshturn.ca-made/v1': {
    schema: caMadeDocument,
    printedBy: ['ca init -o json', 'ca request -o json', 'ca sign -o json'],
  },
  'meshturn.report/v1': { schema: reportDocument, printedBy: ['rotation report -o json'] },
  'meshturn.evidence/v1': { schema: evidenceDocument, printedBy: ['rotation report -o json'] },
  'meshturn.fleet/v1': { schema: fleetDocument, printedBy: ['fleet validate -o json'] },
  'meshturn.demo/v1': { schema: demoDocument, printedBy: ['demo -o json'] },
} as const satisfies Record<string, DocumentKind>;

/** `meshturn.rotation/v1` is described by rotation.v1.json. */
export function fileOf(name: string): string {
  return `${name.replace(/^meshturn\./, '').replace('/', '.')}.json`;
}

/**
 * The JSON Schema (draft 2020-12) of a document. A reader must pass over keys that it does not know, since more
 * may come; `closed` forbids those, to hold what is printed to what is described.
 */
export function jsonSchemaOf(
  name: string,
  { schema }: Pick<DocumentKind, 'schema'>,
  { closed = false } = {},
): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: closed ? 'output' : 'input',
  });
  return { $schema, $id: `urn:${name.replaceAll(/[./]/g, ':')}`, ...rest };
}

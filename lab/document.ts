import { z } from 'zod';
import type { DemoDocument } from '../cli/demo/document.ts';
import { demoDocument } from '../cli/schemas/demo.ts';
import type { DocumentKind } from '../cli/schemas/documents.ts';
import { describing } from '../cli/schemas/held.ts';
import { count, name } from '../cli/schemas/values.ts';
import type { IstioKind } from './istio/binaries.ts';

/** What is printed of a rotation on the lab: as of one in the demo, and by which istiods. Additive changes only. */
export type LabDocument = Omit<DemoDocument, 'schema'> & {
  readonly schema: 'meshturn.lab/v1';
  readonly istio: IstioKind;
};

export const labSchema = describing<LabDocument>()(
  demoDocument
    .extend({
      schema: name('meshturn.lab/v1'),
      istio: z.enum(['real', 'simulated']).meta({ description: 'Its istiods and proxies' }),
      clusters: count('Clusters of real components'),
    })
    .meta({ title: 'What a rotation on the lab showed' }),
);

/** Every document that the lab prints, by what its key `schema` says. */
export const labDocuments = {
  'meshturn.lab/v1': {
    schema: labSchema,
    printedBy: ['npm run --silent lab -- --rotate root -o json'],
  },
} as const satisfies Record<string, DocumentKind>;

export function labDocument({ rotation, ...rest }: DemoDocument, istio: IstioKind): LabDocument {
  return { ...rest, schema: 'meshturn.lab/v1', istio, rotation };
}

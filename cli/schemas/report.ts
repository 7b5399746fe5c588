import { z } from 'zod';
import {
  endDocument,
  phaseDocument,
  startDocument,
  unitDocument,
} from '../../activities/evidence/document.ts';
import type { Report } from '../report/report.ts';
import { describing } from './held.ts';
import { rotationDocument } from './rotation.ts';
import { count, instant, name, text } from './values.ts';

const source = z.object({
  place: text('Where was looked'),
  found: count('Documents; 1 for a live run'),
  lacks: text('Why nothing was found').exactOptional(),
});

export const reportDocument = describing<Report>()(
  z.object({
    schema: name('meshturn.report/v1'),
    fleet: text('The fleet'),
    mesh: text('The mesh'),
    id: text('The rotation'),
    at: instant('When the report was made'),
    sources: z.object({ store: source, live: source }).describe('What it was made from'),
    changed: z
      .array(z.string())
      .describe('Names of documents that are not what they were when another first referred to them'),
    start: startDocument.exactOptional(),
    phases: z.array(phaseDocument).describe('Those that have ended, in order'),
    units: z.array(unitDocument),
    end: endDocument.exactOptional(),
    live: rotationDocument.exactOptional().describe('The run as its workflow told of it'),
  }),
);

import { z } from 'zod';
import type { CaCheckDocument } from '../ca/check-document.ts';
import { issuedCertificate } from './certificates.ts';
import { describing } from './held.ts';
import { instant, name, text, yes } from './values.ts';

const finding = z
  .object({
    code: text('Of docs/problems.md'),
    severity: z
      .enum(['fatal', 'warning'])
      .describe('fatal: the set is refused; warning: it is taken, and told'),
    object: text('What it is about'),
    expected: text('What should be there').exactOptional(),
    found: text('What is there').exactOptional(),
    message: text('All of that in a sentence'),
    hint: text('What to do about it'),
    docs: text('Where the docs speak of it'),
  })
  .meta({ id: 'finding', description: 'What is wrong, or odd' });

const set = z
  .object({
    object: text('Its folder'),
    refused: yes('Whether a finding is fatal'),
    path: z
      .array(issuedCertificate)
      .describe('From the certificate that signs to its root; empty without a path'),
    findings: z.array(finding).describe('All of them, in the order of the table of checks'),
  })
  .meta({ id: 'set', description: 'The four files that istiod signs with' });

/** `ca verify -o json`. */
export const caCheckDocument = describing<CaCheckDocument>()(
  z
    .object({
      schema: name('meshturn.ca-check/v1'),
      at: instant('When it was looked at'),
      refused: yes('Whether one of the sets is'),
      sets: z.array(set),
    })
    .meta({ title: 'What is wrong with a new CA' }),
);

import { z } from 'zod';
import type { RequestsDocument } from '../rotation/requests.ts';
import type { SubmittedDocument } from '../rotation/submitted.ts';
import { describing } from './held.ts';
import { fingerprint, name, text, yes } from './values.ts';

const mesh = { fleet: text('The name in the fleet file'), mesh: text('Likewise') };
const unit = text('The control plane that it is for');
const publicKey = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256 of the public key (SubjectPublicKeyInfo, DER)');
const staging = yes('Whether more will come, since keys are still being made');

/** `rotation requests -o json`. */
export const requestsDocument = describing<RequestsDocument>()(
  z
    .object({
      schema: name('meshturn.requests/v1'),
      ...mesh,
      requests: z
        .array(
          z
            .object({ unit, publicKey, file: text('Where it lies, beginning as --out was typed') })
            .meta({ id: 'request', description: 'A request that waits for its certificate' }),
        )
        .describe('By the names of their units'),
      taken: z.array(
        z
          .object({ unit, publicKey, fingerprint: fingerprint.describe('Of the certificate') })
          .meta({ id: 'taken', description: 'A request whose certificate was brought' }),
      ),
      staging,
    })
    .meta({ title: 'The certificates that a rotation waits for' }),
);

const files = z.array(z.string()).describe('Those that hold it, beginning as the folder was typed');
const brought = z
  .object({ unit, fingerprint, files })
  .meta({ id: 'brought', description: 'A certificate that the rotation has' });

const refused = z
  .object({
    unit: text('Missing where it is for none that waits').exactOptional(),
    files,
    code: text('Of docs/problems.md'),
    message: text('What is wrong'),
    hint: text('What to do about it'),
  })
  .meta({ id: 'refused', description: 'What is of no use, or not known to be' });

/** `rotation submit -o json`. */
export const submittedDocument = describing<SubmittedDocument>()(
  z
    .object({
      schema: name('meshturn.submitted/v1'),
      ...mesh,
      taken: z.array(brought),
      already: z.array(brought).describe('What was taken before, and lies in the folder still'),
      refused: z.array(refused),
      unanswered: z
        .array(refused)
        .describe('What the rotation goes on with, and has not answered in time; submit it again'),
      waiting: z.array(z.string()).describe('Control planes that wait for a certificate still'),
      staging,
    })
    .meta({ title: 'What became of certificates that were brought to a rotation' }),
);

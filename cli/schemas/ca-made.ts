import { z } from 'zod';
import type { CaMadeDocument } from '../ca/made.ts';
import { certificateFields } from './certificates.ts';
import { describing } from './held.ts';
import { name, text } from './values.ts';

const key = z
  .object({
    kind: text('EC P-256, RSA 2048'),
    publicKey: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('SHA-256 of the public key (SubjectPublicKeyInfo, DER)'),
  })
  .meta({ id: 'key', description: 'A key, by what may be told of it' });

const file = z
  .object({
    path: text('As it was typed'),
    holds: z
      .enum(['certificate', 'chain', 'privateKey', 'encryptedPrivateKey', 'request'])
      .describe('More may come'),
  })
  .meta({ id: 'file', description: 'A file that was made' });

const certificate = z
  .object({
    unit: text('The control plane that it is for; missing for a root').exactOptional(),
    ...certificateFields,
    key,
  })
  .meta({ id: 'certificate', description: 'A certificate that was made; never its bytes' });

const request = z
  .object({
    unit: text('The control plane that it is for'),
    subject: text('As istiod prints it'),
    key,
  })
  .meta({ id: 'request', description: 'A request that was made' });

/** `ca init -o json`, `ca request -o json` and `ca sign -o json`. */
export const caMadeDocument = describing<CaMadeDocument>()(
  z
    .object({
      schema: name('meshturn.ca-made/v1'),
      files: z.array(file).describe('In the order in which they were written'),
      certificates: z.array(certificate).describe('Empty where only requests were made'),
      requests: z.array(request).describe('Empty where certificates were made'),
    })
    .meta({ title: 'What was made of a CA' }),
);

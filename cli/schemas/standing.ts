import { z } from 'zod';
import type { Standing } from '../../rotation/standing.ts';
import { certificate } from './certificates.ts';
import { describing } from './held.ts';
import { fingerprint, instant, text } from './values.ts';

const stand = z
  .object({
    unit: text('The write unit'),
    clusters: z.array(z.string()).describe('Those it serves'),
    state: z
      .enum(['S0', 'S1', 'S2', 'S3'])
      .exactOptional()
      .describe('Its trust state; missing where certificate and key of its CA source do not verify'),
    trusts: z.array(fingerprint).describe('The roots of its CA source, in order'),
    signsWith: fingerprint.exactOptional(),
  })
  .meta({ id: 'stand', description: 'Where one write unit was left' });

export const standing = describing<Standing>()(
  z
    .object({
      at: instant('When the units were looked at'),
      units: z.array(stand),
      unseen: z.array(z.string()).describe('Write units that could not be looked at'),
      unsafe: z
        .array(z.string())
        .describe('What does not trust a CA that somebody signs with, and what istiod would not load'),
      unread: z
        .array(z.string())
        .exactOptional()
        .describe('What could not be read in the units looked at: whether that is safe is not known'),
      until: certificate.exactOptional().describe('The first certificate to expire that the mesh relies on'),
    })
    .meta({ id: 'standing', description: 'Where a rotation has left its mesh' }),
);

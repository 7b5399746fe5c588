import { z } from 'zod';
import type { CertFacts, IssuedFacts, Signer, TrustState } from '../../rotation/trust.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import { describing } from './held.ts';
import { fingerprint, instant, text } from './values.ts';

/** What every document tells of a certificate. */
export const certificateFields = {
  fingerprint,
  subject: text('As istiod prints it: CN=Root A,O=Test'),
  issuer: text('Likewise'),
  serial: text("Lowercase hexadecimal without leading zeros, as in istiod's log"),
  notBefore: instant('The first moment at which it is valid'),
  notAfter: instant('The last one'),
};

const told = { id: 'certificate', description: 'What may be told of a certificate; never its bytes' };

/** One that exists. */
export const issuedCertificate = describing<IssuedFacts>()(z.object(certificateFields).meta(told));

/** One that a plan speaks of. */
export const certificate = describing<CertFacts>()(
  z
    .object({
      ...certificateFields,
      toBeIssued: z
        .literal(true)
        .exactOptional()
        .describe('It is none yet: the fingerprint stands for it in a plan, and the serial is empty'),
    })
    .meta(told),
);

export const signer = describing<Signer>()(
  z
    .object({
      fingerprint,
      root: fingerprint.describe('The root that its path ends in, found by signature'),
      chain: z.array(fingerprint).describe('The certificates of its cert-chain.pem, in order'),
    })
    .meta({ id: 'signer', description: 'An intermediate that an istiod signs leaves with' }),
);

export const trustState = describing<TrustState>()(
  z
    .object({
      roots: z.array(fingerprint).describe('In the order of the bundle'),
      signer: z
        .string()
        .regex(/^([0-9a-f]{64})?$/)
        .describe('A fingerprint; empty where what is there verifies to no root'),
    })
    .meta({ id: 'trustState', description: 'What is trusted, and what leaves are signed with' }),
);

export const rotationKind = z
  .enum(['root', 'intermediate'])
  .meta({ id: 'rotationKind', description: 'What is rotated: the root, or the intermediates under it' });

export const wanted = describing<Wanted>()(
  z
    .object({
      kind: rotationKind,
      roots: z.array(fingerprint).describe('The bundle in the end; empty where the roots stay'),
      unitRoots: z
        .record(z.string(), z.array(fingerprint))
        .exactOptional()
        .describe('Of write units whose bundle in the end is another, by their name'),
      exact: z
        .literal(true)
        .exactOptional()
        .describe('On a way back: bundles are wanted in this order, duplicates included'),
      signers: z
        .record(z.string(), signer)
        .describe('The signer of every write unit in the end, by its name'),
      certificates: z.array(certificate).describe('All that are named here'),
    })
    .meta({ id: 'wanted', description: 'Where the rotation is to end' }),
);

import { z } from 'zod';
import type { Trusting } from '../../rotation/trusting.ts';
import type { CaDocument } from '../ca/document.ts';
import { describing } from './held.ts';
import { count, fingerprint, instant, name, text, yes } from './values.ts';

const row = z
  .object({
    resourceName: text('The file, the object or the secret'),
    type: z.enum(['Cert Chain', 'CA']).describe('A chain that is presented, or anchors that are trusted'),
    status: z
      .enum(['STORED', 'ACTIVE', 'WARMING'])
      .describe('STORED lies there; ACTIVE is in use; WARMING waits to be'),
    validCert: yes('Whether it is valid at this moment'),
    serialNumber: text('Lowercase hexadecimal without leading zeros'),
    notAfter: instant('To the second, as istioctl prints it'),
    notBefore: instant('Likewise'),
    trustDomain: text('Of its SPIFFE ID, or the one that an anchor is for').exactOptional(),
    fingerprint,
  })
  .meta({ id: 'row', description: "A line of istioctl's table: one certificate in its place" });

const key = z
  .object({
    name: text('The file or the key of the Secret'),
    kind: text('EC P-256, RSA 2048'),
    matches: z.array(z.string()).describe('Where the certificates of this key are'),
  })
  .meta({ id: 'key', description: 'A private key, by what may be told of it' });

const finding = z
  .object({
    code: text('Of docs/problems.md'),
    message: text('What is wrong with which object'),
    hint: text('What to do about it'),
    warns: yes('Whether it does no harm by itself'),
  })
  .meta({ id: 'finding', description: 'What is wrong, or odd' });

const place = z
  .object({
    kind: z.enum(['files', 'secret', 'source', 'istiod', 'proxy']).describe('More may come'),
    object: text('In words'),
    cluster: text('Missing for files').exactOptional(),
    rows: z.array(row),
    keys: z.array(key),
    findings: z.array(finding),
    path: z
      .array(fingerprint)
      .describe('Of a whole set that verifies: from the certificate that signs to its root'),
  })
  .meta({ id: 'place', description: 'Files, a Secret, a CA source, an istiod or a proxy' });

const certificate = z
  .object({
    fingerprint,
    subject: text("As istiod prints it; empty for a workload's leaf"),
    issuer: text('Likewise'),
    serial: text('Lowercase hexadecimal without leading zeros'),
    notBefore: instant('The first moment at which it is valid'),
    notAfter: instant('The last one'),
    role: z.enum(['root', 'intermediate', 'leaf']),
    key: text('EC P-256, RSA 2048'),
    expired: yes('Whether its last moment is over'),
    uris: z.array(z.string()).describe('What it is for: SPIFFE IDs'),
    signedBy: fingerprint.exactOptional().describe('The one of those here whose key signed it'),
  })
  .meta({ id: 'certificate', description: 'What may be told of a certificate; never its bytes' });

const share = z
  .object({ count: count('So many'), total: count('Of so many that could be seen') })
  .meta({ id: 'share' });

const trusting = {
  bundles: share.describe('CA sources whose root bundle holds it'),
  signers: share.describe('CA sources that sign with it'),
  istiods: share.describe('istiods that hand it out as a root'),
  signing: share.describe('istiods that sign with it'),
  proxies: share.describe('Proxies that trust it; those that cannot be read are in the total'),
  leaves: share.describe('Leaves that it signed, or is the root of'),
  secondPlane: share.describe('istio-ca-root-cert by namespace, and webhooks of istiod'),
};
describing<Trusting>()(z.object(trusting));

const trust = z
  .object({
    mesh: text('fleet/mesh, or the context of a cluster'),
    certificates: z.array(
      z.object({
        fingerprint,
        ...trusting,
        clusters: z.array(z.object({ cluster: text('Its name'), ...trusting })),
      }),
    ),
    unseen: z.array(finding).describe('Clusters, or parts of them, that could not be looked at'),
  })
  .meta({ id: 'trust', description: 'Who trusts the CAs' });

/** `ca inspect -o json`. */
export const caDocument = describing<CaDocument>()(
  z
    .object({
      schema: name('meshturn.ca/v1'),
      at: instant('When it was looked at'),
      places: z.array(place),
      certificates: z.array(certificate).describe('Each once, in the order of its first place'),
      trust: trust.exactOptional().describe('Missing where nobody asked'),
    })
    .meta({ title: 'What was found of a CA' }),
);

import { z } from 'zod';
import type { ObservedMesh } from '../../rotation/observed.ts';
import { certificate, signer } from './certificates.ts';
import { describing } from './held.ts';
import { count, fingerprint, instant, seconds, text, yes } from './values.ts';

const bundle = z.array(fingerprint);

const source = z
  .object({
    kind: z.enum(['keyVault']).describe('More may come'),
    roots: bundle.describe('In the order of root-cert.pem, duplicates included'),
    signer: signer
      .exactOptional()
      .describe('Missing where certificate and key do not match, or no path leads to a root'),
    certificate: fingerprint.exactOptional().describe('What ca-cert.pem holds, whether it verifies or not'),
    paired: yes(
      "Whether the key is that certificate's, and all the same no path leads to a root",
    ).exactOptional(),
    chain: bundle.describe('What cert-chain.pem holds, in order'),
    atomic: yes('Whether all objects change in one write'),
    restorable: yes('Whether the versions that a write replaces can be read back'),
    heldBy: text('The rotation whose lease is on the source').exactOptional(),
    heldUntil: instant('When that lease runs out by itself').exactOptional(),
    unfinished: z
      .object({
        rotationId: text('Who wrote last'),
        mesh: text('Whose rotation that is, as FLEET/MESH').exactOptional(),
        step: text('What it wrote, as PHASE/STAGE'),
        at: instant('When'),
      })
      .exactOptional()
      .describe('Where a rotation that has led the source to its end would have written once more'),
    place: z
      .object({
        vault: text('The name of its vault'),
        objects: z.object({
          root: text('The secret of root-cert.pem'),
          cert: text('The secret of ca-cert.pem'),
          key: text('The secret of ca-key.pem'),
          chain: text('The secret of cert-chain.pem'),
        }),
      })
      .exactOptional()
      .describe('What its vault and its objects are called'),
  })
  .meta({ id: 'source', description: 'The CA source of a write unit, by its newest versions' });

const istiod = z
  .object({
    cluster: text('Where it runs'),
    pod: text('Its name'),
    revision: text('default where it has none'),
    version: text("As its image's tag says"),
    serves: z
      .object({ roots: bundle, signer: fingerprint })
      .exactOptional()
      .describe('By its answer to a probe; missing where it gave none that verifies'),
    handsOut: bundle.exactOptional().describe('The bundle of its answer, whether that verifies or not'),
  })
  .meta({ id: 'istiod', description: 'One running replica of istiod' });

const trustCount = z
  .object({ roots: bundle, count: count('How many hold exactly these') })
  .meta({ id: 'trustCount' });

const leafCount = z
  .object({
    signer: fingerprint.exactOptional().describe('Missing where the leaf does not verify'),
    root: fingerprint.exactOptional().describe('Likewise'),
    count: count('How many leaves'),
    latestNotAfter: instant('The last notAfter among them'),
  })
  .meta({ id: 'leafCount', description: 'Leaves by what signed them' });

const cluster = z
  .object({
    cluster: text('Its name in the fleet file'),
    proxies: count('All of them'),
    unreadable: count('Those that gave no answer'),
    trust: z.array(trustCount).describe('What proxies trust'),
    pinned: bundle
      .exactOptional()
      .describe('Anchors that caCertificates of the mesh configuration gives by PEM'),
    leaves: z.array(leafCount),
    secondPlane: z.array(trustCount).describe('istio-ca-root-cert by namespace, and webhooks of istiod'),
    longestLeafTtlSeconds: seconds('The longest life of a leaf'),
    fileMounted: count('Pods that show istiod a certificate (FILE_MOUNTED_CERTS)').exactOptional(),
    oneRootAgents: count('Proxies of 1.24.4 and 1.25.1, which keep one root').exactOptional(),
    ambient: yes('Whether ztunnel runs'),
  })
  .meta({ id: 'cluster', description: 'What the workloads of a cluster hold' });

const warning = z
  .object({ code: text('Of docs/problems.md'), cluster: text('Where'), text: text('In words') })
  .meta({ id: 'warning', description: 'Worth knowing before a start; forbids nothing' });

const unit = z
  .object({
    unit: text('Named after its first control plane'),
    controlPlanes: z.array(z.string()).describe('Clusters whose istiods read the source'),
    source,
    reload: z.enum(['live', 'cronjob', 'restart']).describe('How new roots reach a running istiod'),
    cronJobEvery: seconds('How often the CronJob runs, where its schedule says so').exactOptional(),
    istiods: z.array(istiod),
    clusters: z.array(cluster).describe('All that its istiods serve'),
    certificates: z.array(certificate).describe('All that are named here'),
    strangers: z.array(z.string()).describe('Clusters that an istiod serves and the fleet file lacks'),
    otherIstiods: z.array(z.string()).exactOptional().describe('istiods in other namespaces'),
    warnings: z.array(warning),
  })
  .meta({ id: 'unit', description: 'A CA source, the istiods that read it, the clusters that they serve' });

export const observed = describing<ObservedMesh>()(
  z
    .object({ mesh: text('Its name'), at: instant('When it was looked at'), units: z.array(unit) })
    .meta({ id: 'observed', description: 'The mesh as it was seen' }),
);

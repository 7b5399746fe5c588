import { z } from 'zod';

/*
 * What is kept of a rotation as evidence: names, times, counts and fingerprints. Never a key, never the body of a
 * PEM block. Documents are written once and stay; fields are only ever added.
 */

export const schemaName = 'meshturn.evidence/v1';

const instant = z.iso.datetime().describe('ISO 8601, UTC');
const fingerprint = z.string().describe('SHA-256 of the DER, 64 lowercase hexadecimal digits');
const fingerprints = z.array(fingerprint).readonly();
const strings = z.array(z.string()).readonly();
const phaseName = z.enum(['distribute', 'activate', 'revoke', 'replace']);

const certificate = z.object({
  fingerprint,
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
});

/** What a stop was, and when it was told to go on. */
const stop = z.object({
  clusters: strings.describe('Those that stood still; none where the rotation did as a whole'),
  code: z.string(),
  message: z.string(),
  at: instant,
  resumedAt: instant.exactOptional(),
});

const files = z.enum(['root', 'chain', 'key', 'cert']);

const write = z.object({
  stage: z.string(),
  at: instant,
  source: z.string().exactOptional().describe('The CA source: secrets in https://NAME.vault.azure.net'),
  objects: z.partialRecord(files, z.string()).exactOptional().describe('Names of the objects, by file'),
  versions: z.partialRecord(files, z.string()).describe('Version ids that the set was left with, by file'),
  written: z.array(files).readonly().describe('Files of which a new version was made, in this order'),
  roots: fingerprints.exactOptional(),
  chain: fingerprints.exactOptional(),
  signer: fingerprint.exactOptional(),
});

const proven = { stage: z.string(), at: instant };
const ofCluster = { ...proven, cluster: z.string() };

const proof = z.discriminatedUnion('proof', [
  z.object({ proof: z.literal('synced'), ...proven, pods: strings }),
  z.object({
    proof: z.literal('loaded'),
    ...proven,
    by: z.string().describe('How the set came to be loaded'),
    replicas: z
      .array(z.object({ cluster: z.string(), pod: z.string(), leafSerial: z.string() }))
      .readonly()
      .describe('Each answered a probe CSR with a leaf of this serial number'),
    loggedSerials: strings,
  }),
  z.object({
    proof: z.literal('secondPlane'),
    ...ofCluster,
    namespaces: z.number(),
    webhooks: z.number().exactOptional(),
    changedAt: instant.exactOptional(),
  }),
  z.object({
    proof: z.literal('converged'),
    ...ofCluster,
    total: z.number(),
    converged: z.number(),
    provenByTime: z
      .object({ count: z.number(), pods: strings })
      .exactOptional()
      .describe('Of those converged, the ones that could not be read'),
    notStarted: z.number().exactOptional(),
    laggards: z.array(z.object({ pod: z.string(), reason: z.string() })).readonly(),
  }),
  z.object({
    proof: z.literal('accepted'),
    ...proven,
    handshakes: z.number().describe('Mutual TLS handshakes of a new leaf, in both roles'),
    clusters: strings,
    unasked: strings,
  }),
]);

/** A command as Temporal's history has it; who gave it is what the client said of itself. */
const command = z.object({
  id: z.string(),
  name: z.string().describe('start, retry, …'),
  at: instant,
  by: z.string(),
  reason: z.string().exactOptional(),
  cluster: z.string().exactOptional(),
});

const common = {
  schema: z.literal(schemaName),
  rotation: z.object({
    id: z.string(),
    fleet: z.string(),
    mesh: z.string(),
    kind: z.enum(['root', 'intermediate']),
  }),
  writtenBy: z.object({
    meshturn: z.string(),
    temporal: z.object({
      server: z.string(),
      namespace: z.string(),
      workflowId: z.string(),
      runId: z.string(),
    }),
  }),
};

const reference = z.object({
  name: z.string(),
  sha256: z.string().describe('Of the document as it is stored'),
});

export const startDocument = z.object({
  ...common,
  kind: z.literal('start'),
  at: instant,
  rollsBack: z.string().exactOptional().describe('The id of the rotation that it leads back'),
  from: z.array(certificate).readonly().describe('Roots trusted before'),
  to: z.array(certificate).readonly().describe('Roots trusted in the end'),
  phases: z.array(z.object({ phase: phaseName, units: z.number(), clusters: z.number() })).readonly(),
  violations: z
    .array(
      z.object({
        code: z.string(),
        unit: z.string(),
        text: z.string(),
        overridden: z.string().exactOptional().describe('The reason given'),
      }),
    )
    .readonly(),
  commands: z.array(command).readonly(),
});

const trust = z.object({ roots: fingerprints, signer: fingerprint });

export const unitDocument = z.object({
  ...common,
  kind: z.literal('unit'),
  workflow: z
    .string()
    .describe('Another for each workflow of the unit in the phase, the same in all its runs'),
  phase: phaseName,
  unit: z.string(),
  controlPlanes: strings,
  clusters: strings,
  startedAt: instant,
  endedAt: instant,
  before: trust,
  after: trust,
  writes: z.array(write).readonly(),
  proofs: z.array(proof).readonly(),
  stops: z.array(stop).readonly(),
});

export const phaseDocument = z.object({
  ...common,
  kind: z.literal('phase'),
  number: z.number().describe('Counted from 1; a phase that had to be gone through again has another'),
  phase: phaseName,
  startedAt: instant,
  endedAt: instant,
  units: z.array(reference.extend({ unit: z.string() })).readonly(),
  clusters: z.number(),
  versionsWritten: z.number(),
  stops: z.array(stop).readonly().describe('Of the rotation as a whole'),
  commands: z.array(command).readonly().describe('Up to the end of the phase'),
});

export const endDocument = z.object({
  ...common,
  kind: z.literal('end'),
  state: z.string(),
  startedAt: instant,
  endedAt: instant,
  versionsWritten: z.number(),
  keysLeft: z
    .object({ units: strings, more: z.number() })
    .exactOptional()
    .describe('Write units whose staged key could not be disposed of (KEYS_LEFT)'),
  phases: z.array(reference).readonly(),
  stops: z.array(stop).readonly().describe('Of the rotation as a whole, after its last phase'),
  commands: z.array(command).readonly(),
});

export const evidenceDocument = z.discriminatedUnion('kind', [
  startDocument,
  unitDocument,
  phaseDocument,
  endDocument,
]);

export type EvidenceDocument = z.output<typeof evidenceDocument>;
export type StartDocument = z.output<typeof startDocument>;
export type UnitDocument = z.output<typeof unitDocument>;
export type PhaseDocument = z.output<typeof phaseDocument>;
export type EndDocument = z.output<typeof endDocument>;
export type EvidenceCommand = z.output<typeof command>;
export type EvidenceReference = z.output<typeof reference>;
export type EvidenceStop = z.output<typeof stop>;
export type EvidenceWrite = z.output<typeof write>;
export type EvidenceProof = z.output<typeof proof>;

type Added = 'schema' | 'writtenBy' | 'rotation';

/** What a workflow tells of a document; the activity that stores it adds the rest. */
export type EvidenceInput =
  | Omit<StartDocument, Added | 'commands'>
  | Omit<UnitDocument, Added>
  | (Omit<PhaseDocument, Added | 'commands' | 'units'> & { readonly units: readonly string[] })
  | Omit<EndDocument, Added | 'commands' | 'phases'>;

import { z } from 'zod';
import {
  containerUrl,
  count,
  duration,
  fingerprint,
  flag,
  label,
  percent,
  secretName,
  text,
  trustDomain,
  variableName,
  vaultKey,
  vaultUrl,
} from './values.ts';

/** Separates the known keys in the message of an unknown one. */
export const keySeparator = ', ';

/** A mapping that refuses unknown keys; the message of their issue is the list of the known ones. */
function mapping<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? Object.keys(shape).join(keySeparator) : 'a mapping',
  });
}

function listOf<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item, 'a list').min(1, 'at least one entry');
}

/** Where a new CA may come from. Two are refused by name until they are supported. */
export const issuerKinds = [
  'files',
  'offline',
  'key-vault-key',
  'command',
  'vault-pki',
  'cert-manager',
] as const;

// Not a union of the two modes: under a wrong mode, that would look at nothing else.
const workloads = mapping({
  mode: z.enum(['restart', 'renew'], 'restart or renew'),
  batch: percent.optional(),
}).refine(({ mode, batch }) => mode !== 'renew' || batch === undefined, {
  path: ['batch'],
  message: 'no batch beside mode: renew, which restarts nothing',
});

const cronJob = z.enum(['wait', 'runNow'], 'wait or runNow');

const limits = mapping({
  sync: duration.optional(),
  load: duration.optional(),
  secondPlane: duration.optional(),
  kubeletPropagation: duration.optional(),
  clockSkew: duration.optional(),
  rollout: duration.optional(),
  censusEvery: duration.optional(),
  heartbeat: duration.optional(),
  watchEvery: duration.optional(),
});

const objects = mapping({ root: secretName, cert: secretName, key: secretName, chain: secretName });

const emulator = mapping({ caFile: text, tokenFile: text });

const keyVault = mapping({
  url: vaultUrl.optional(),
  objects: objects.optional(),
  emulator: emulator.optional(),
});

// How many issuers there are, and which, is told by fleet/references.ts.
const issuer = z.looseObject(
  {
    files: mapping({ rootKey: text.optional(), passphraseEnv: variableName.optional() })
      .refine(({ rootKey, passphraseEnv }) => rootKey !== undefined || passphraseEnv === undefined, {
        path: ['passphraseEnv'],
        message: 'rootKey beside it: the passphrase is that of a root key',
      })
      .optional(),
    offline: mapping({}).optional(),
    'key-vault-key': mapping({ key: vaultKey, emulator: emulator.optional() }).optional(),
    command: mapping({
      run: z.array(text, 'a list: the program and its arguments').min(1, 'a program'),
      timeout: duration.refine((seconds) => seconds <= 15 * 60, 'at most 15m').optional(),
      env: z.array(variableName, 'a list of names of environment variables').optional(),
    }).optional(),
  },
  'a mapping',
);

/** Those that this version knows what to do with. */
export const supportedIssuers: readonly string[] = Object.keys(issuer.shape);

const cluster = mapping({
  name: label,
  kubeconfig: text.optional(),
  context: text.optional(),
  inCluster: flag.optional(),
  istioNamespace: label.optional(),
  revision: label.optional(),
  controlPlane: label.optional(),
  reach: label.optional(),
  policy: mapping({
    workloads: workloads.optional(),
    cronJob: cronJob.optional(),
    execFallback: flag.optional(),
  }).optional(),
  source: mapping({ keyVault: keyVault.optional() }).optional(),
});

const trustHolder = mapping({
  name: text,
  description: text.optional(),
  authenticates: z.literal('certificate', 'certificate').optional(),
});

const mesh = mapping({
  name: label,
  trustDomain,
  issuer: issuer.optional(),
  policy: mapping({
    waveWidth: count.optional(),
    workloads: workloads.optional(),
    cronJob: cronJob.optional(),
    execFallback: flag.optional(),
    limits: limits.optional(),
    compromised: z.array(fingerprint, 'a list').optional(),
  }).optional(),
  trustHolders: z.array(trustHolder, 'a list').optional(),
  clusters: listOf(cluster),
});

// Not a union of the two places: beside a wrong one, that would look at nothing else.
const evidence = mapping({
  folder: text.optional(),
  azureBlob: mapping({ url: containerUrl, emulator: emulator.optional() }).optional(),
}).refine(({ folder, azureBlob }) => (folder === undefined) !== (azureBlob === undefined), {
  message: 'either folder or azureBlob',
});

/** A fleet file as it is written, before defaults and references between its parts. */
export const fleetFile = mapping({
  apiVersion: z.literal('meshturn.io/v1alpha1', 'meshturn.io/v1alpha1'),
  kind: z.literal('Fleet', 'Fleet'),
  name: label,
  evidence: evidence.optional(),
  meshes: listOf(mesh),
});

export type FleetFile = z.output<typeof fleetFile>;
export type MeshEntry = FleetFile['meshes'][number];
export type ClusterEntry = MeshEntry['clusters'][number];
export type WorkloadsEntry = z.output<typeof workloads>;

import { z } from 'zod';
import type { FleetDocument } from '../render/fleet.ts';
import { describing } from './held.ts';
import { count, fingerprint, name, seconds, text } from './values.ts';

const emulator = z
  .object({ caFile: text('Absolute path'), tokenFile: text('Absolute path') })
  .meta({ id: 'emulator', description: 'For emulators only' });

const access = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('kubeconfig'),
      path: text('Absolute; missing where kubectl finds it by itself').exactOptional(),
      context: text('Missing where the current one is meant').exactOptional(),
    }),
    z.object({ kind: z.literal('inCluster') }),
  ])
  .meta({ id: 'access', description: 'How the API server is reached' });

const cluster = z
  .object({
    name: text('Its name'),
    access,
    istioNamespace: text('Missing where it is found in the cluster').exactOptional(),
    revision: text('Likewise').exactOptional(),
    controlPlane: text('The cluster whose istiod serves it'),
    keyVault: z
      .object({
        url: text('Of the vault').exactOptional(),
        objects: z
          .object({ root: z.string(), cert: z.string(), key: z.string(), chain: z.string() })
          .exactOptional()
          .describe('Names of secrets'),
        emulator: emulator.exactOptional(),
      })
      .describe('What is missing is read from the SecretProviderClass'),
    reach: text('The group of workers that reach it; missing where all do').exactOptional(),
    workloads: z
      .discriminatedUnion('mode', [
        z.object({ mode: z.literal('restart'), batchPercent: z.number() }),
        z.object({ mode: z.literal('renew') }),
      ])
      .describe('How proxies get new leaves'),
    cronJob: z.enum(['wait', 'runNow']),
    execFallback: z.boolean().describe('Whether a proxy is asked by a command where port-forwards fail'),
  })
  .meta({
    id: 'cluster',
    description: 'A cluster, with the policy of the mesh where it has none of its own',
  });

const issuer = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('files') }),
    z.object({
      kind: z.literal('rootKey'),
      path: text('Absolute path of the key of the root'),
      passphraseEnv: text('The variable that holds its passphrase').exactOptional(),
    }),
    z.object({
      kind: z.literal('keyVaultKey'),
      key: text('The id of the key in Key Vault'),
      emulator: emulator.exactOptional(),
    }),
    z.object({
      kind: z.literal('command'),
      run: z.array(z.string()).describe('The program and its arguments'),
      folder: z.string().describe('That of the fleet file, in which it is run'),
      timeout: seconds('What it may take'),
      env: z.array(z.string()).describe('Variables of the worker that it is given besides'),
    }),
    z.object({ kind: z.literal('offline') }),
  ])
  .meta({ id: 'issuer', description: 'Who makes the intermediates of a new CA' });

const limits = z
  .object({
    sync: seconds('Vault to every istiod volume'),
    load: seconds('Volume to every istiod serving it'),
    secondPlane: seconds('istio-ca-root-cert in every namespace'),
    kubeletPropagation: seconds('A changed ConfigMap into running pods'),
    clockSkew: seconds('By how much clocks may be off'),
    rollout: seconds('One batch of restarted workloads'),
    censusEvery: seconds('Between two looks at proxies'),
    heartbeat: seconds('How long a worker may be silent'),
    watchEvery: seconds('Between two looks at what is proven'),
  })
  .meta({ id: 'limits', description: 'Bounds of waits' });

/** `fleet validate -o json`. */
export const fleetDocument = describing<FleetDocument>()(
  z
    .object({
      schema: name('meshturn.fleet/v1'),
      name: text('The name of the fleet'),
      file: text('Absolute path of the file'),
      evidence: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('folder'), path: text('Absolute') }),
          z.object({
            kind: z.literal('azureBlob'),
            url: text('Of the container'),
            emulator: emulator.exactOptional(),
          }),
        ])
        .describe('Where evidence is kept'),
      meshes: z.array(
        z
          .object({
            name: text('Its name'),
            trustDomain: text('Its trust domain'),
            issuer,
            waveWidth: count('Clusters that are taken at a time'),
            limits,
            clusters: z.array(cluster),
            trustHolders: z
              .array(
                z.object({
                  name: text('Its name'),
                  description: text('What it is').exactOptional(),
                  authenticates: z
                    .literal('certificate')
                    .exactOptional()
                    .describe('It shows istiod a certificate, and no token'),
                }),
              )
              .describe('What trusts the roots of the mesh and is not seen'),
            compromised: z.array(fingerprint).describe('Roots that never come back'),
          })
          .meta({ id: 'mesh', description: 'A mesh' }),
      ),
    })
    .meta({ title: 'A fleet file with every default filled in' }),
);

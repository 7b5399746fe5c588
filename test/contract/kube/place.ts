import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ApiException } from '@kubernetes/client-node';
import { z } from 'zod';
import { connectCluster, type ClusterClient } from '../../../activities/kube/connect.ts';
import { writeKubeconfig } from '../../../sim/api/kubeconfig.ts';
import { eventually } from '../../support/eventually.ts';
import type { KubeWorld } from './world.ts';

/** A namespace of its own in a world, and the product's client of its cluster. */
export interface Place {
  readonly world: KubeWorld;
  readonly namespace: string;
  readonly client: ClusterClient;
}

/**
 * Seconds in which a controller does its part, if it ever does: an API server that was restarted keeps its informers
 * waiting for up to a minute, and then once more (client-go's reflector).
 */
export const patience = 240;

/** As `eventually`, for what controllers do. */
export function patiently<T>(look: () => T | Promise<T>): Promise<T> {
  return eventually(look, patience);
}

export async function newPlace(world: KubeWorld): Promise<Place> {
  const { client } = await loginWith(world, world.admin.token);
  const namespace = `contract-${randomBytes(4).toString('hex')}`;
  await client.core.createNamespace({ body: { metadata: { name: namespace } } });
  // No pod is let in before its ServiceAccount is there.
  const account = { namespace, name: 'default' };
  await eventually(() => client.core.readNamespacedServiceAccount(account), patience);
  return { world, namespace, client };
}

/** The product's client of a world with a token, and how to put another into its kubeconfig. */
export async function loginWith(
  { admin }: Pick<KubeWorld, 'admin'>,
  token: string,
): Promise<{ readonly client: ClusterClient; readonly renew: (token: string) => Promise<void> }> {
  const path = join(await mkdtemp(join(tmpdir(), 'meshturn-contract-')), 'kubeconfig');
  const renew = (next: string): Promise<void> =>
    writeKubeconfig({ file: path, clusters: [{ ...admin, token: next }] });
  await renew(token);
  const access = { kind: 'kubeconfig', path, context: undefined } as const;
  return { client: connectCluster({ name: admin.name, access }), renew };
}

const status = z.looseObject({
  ...{ kind: z.literal('Status'), status: z.literal('Failure') },
  ...{ reason: z.string(), message: z.string(), code: z.number() },
  details: z.looseObject({ name: z.string().optional(), kind: z.string().optional() }).optional(),
});

/** The Status that a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<z.output<typeof status>> {
  const error: unknown = await call.then(
    (answer) => new Error(`expected a refusal, found ${stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiException)) throw error;
  return status.parse(JSON.parse(String(error.body)));
}

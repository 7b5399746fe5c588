import pLimit from 'p-limit';
import { Problem } from '../../problems/problem.ts';
import type { RestartResult } from '../contract.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { beat } from '../kube/heartbeat.ts';
import { waitFor } from '../kube/wait.ts';
import { beating } from './beating.ts';
import { chooseBatch } from './batch.ts';
import { judgeCluster, type Judging } from './census.ts';
import type { WorkloadCluster } from './cluster.ts';
import { readOwners } from './owners.ts';
import { readRollable, restartRollable, rollableName, type Rollable } from './rollable.ts';
import { whyNotReady } from './stuck-pods.ts';

const atATime = 8;
const mostListed = 20;
const mostNamed = 5;
/** Seconds between two looks at the rollouts of a batch, which are few objects. */
const mostBetweenLooks = 5;

export interface RestartOptions extends Judging {
  readonly batchPercent: number;
  /** Seconds for all of it: the look at the proxies, the restarts and their rollout. */
  readonly limit: number;
}

/**
 * Restarts one batch of the owners of stale proxies and heartbeats until it has rolled out.
 * Throws Problem ROLLOUT_STUCK, or as the API server refuses.
 */
export async function restartBatch(cluster: WorkloadCluster, o: RestartOptions): Promise<RestartResult> {
  const { client } = cluster;
  const deadline = performance.now() + o.limit * 1_000;
  const verdicts = await judgeCluster(cluster, o);
  const owners = await beating('the owners of the proxies', () => readOwners(client));
  const batch = chooseBatch(verdicts, owners, o);
  for (const rollable of batch.next) {
    beat({ waitingFor: `restart of ${rollableName(rollable)}` });
    await restartRollable(client, rollable, { mark: o.mark, at: o.now() });
  }
  const restarted = [...batch.going, ...batch.next];
  await rolledOut(cluster, restarted, { deadline, limit: o.limit });
  return {
    at: o.now().toISOString(),
    restarted: restarted.map(rollableName),
    remaining: batch.later.length,
    next: batch.later.slice(0, mostNamed).map(rollableName),
    spent: batch.spent.slice(0, mostListed).map(rollableName),
    unmanaged: batch.unmanaged.slice(0, mostListed),
  };
}

/** Resolves when all of them have rolled out. One that is deleted meanwhile is waited for no more. */
async function rolledOut(
  { client, lookEvery }: WorkloadCluster,
  rollables: readonly Rollable[],
  { deadline, limit }: { readonly deadline: number; readonly limit: number },
): Promise<void> {
  let pending = rollables;
  const failed = await waitFor({
    object: `restarted workloads of cluster ${client.name}`,
    code: 'ROLLOUT_STUCK',
    limitSeconds: Math.max(0, deadline - performance.now()) / 1_000,
    everySeconds: Math.min(mostBetweenLooks, lookEvery),
    onWait: () => pending.map(progressOf).join('; '),
    look: async () => {
      pending = await stillGoing(client, pending);
      const givenUp = pending.filter(({ rollout }) => rollout.state === 'failed');
      return givenUp.length > 0 || pending.length === 0 ? givenUp : undefined;
    },
  }).catch(async (error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'ROLLOUT_STUCK') throw error;
    throw await stuck(client, pending, `rolled out within ${limit} s`);
  });
  if (failed.length > 0) throw await stuck(client, failed, 'rolled out');
}

async function stillGoing(
  client: ClusterClient,
  rollables: readonly Rollable[],
): Promise<readonly Rollable[]> {
  const read = await pLimit(atATime).map(rollables, (one) => readRollable(client, one));
  return read.filter((one) => one !== undefined).filter(({ rollout }) => rollout.state !== 'done');
}

/** Names what does not roll out, and why its pods are not ready. */
async function stuck(
  client: ClusterClient,
  rollables: readonly Rollable[],
  expected: string,
): Promise<Problem> {
  const named = rollables.slice(0, mostNamed);
  const texts = await Promise.all(
    named.map(async (one) => [progressOf(one), ...(await whyNotReady(client, one))].join(', ')),
  );
  const more = rollables.length - named.length;
  return new Problem('ROLLOUT_STUCK', {
    object: `restarted workloads of cluster ${client.name}`,
    expected,
    found: `${texts.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    hint: `look at ${named.length > 1 ? 'the first of them' : 'it'}: ${named.slice(0, 1).map(describing).join('')}; then: meshturn rotation retry …`,
  });
}

/** Tells of what its pods lack, and of a quota or a webhook that lets it make none. */
function describing({ kind, namespace, name, selector }: Rollable): string {
  return `kubectl describe ${kind.toLowerCase()} ${name} -n ${namespace}; kubectl describe pods -n ${namespace} -l '${selector}'`;
}

function progressOf(rollable: Rollable): string {
  const { rollout } = rollable;
  return `${rollableName(rollable)}: ${rollout.state === 'done' ? 'rolled out' : rollout.text}`;
}

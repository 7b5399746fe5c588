import { setTimeout } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { z } from 'zod';
import { lazyConnection } from './lazy-connection.ts';
import { keptDays, setRetention } from './namespace.ts';

const startLimitMs = 60_000;
/** An attempt to connect cannot be called off: it keeps this process alive for so long after the server has ended. */
const attemptLimitMs = 2_000;
const betweenLooksMs = 50;

interface Starting {
  readonly address: string;
  readonly uiUrl: string;
  readonly namespace: string;
  readonly ended: Promise<unknown>;
}

/** Waits until a dev server serves its clients and its UI, and has it keep what has ended; rejects where it ends. */
export async function untilReady({ address, uiUrl, namespace, ended }: Starting): Promise<void> {
  const gone = new AbortController();
  const died = ended.then(() => {
    gone.abort(new Error('the server ended before it answered'));
    throw gone.signal.reason;
  });
  const connection = await Promise.race([connected(address, gone.signal), died]);
  try {
    const { clusterId } = await Promise.race([connection.workflowService.getClusterInfo({}), died]);
    // The server listens there last of all, and ends where it cannot.
    await Promise.race([shown(uiUrl, clusterId, gone.signal), died]);
    await Promise.race([setRetention({ connection, namespace }, keptDays), died]);
  } finally {
    await connection.close();
  }
}

const clusterInfo = z.object({ clusterId: z.string() });

/** Another program may answer at the port: the UI is that which tells of this very server. */
async function shown(url: string, clusterId: string, gone: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([gone, AbortSignal.timeout(startLimitMs)]);
  for (;;) {
    try {
      const answer = await fetch(`${url}/api/v1/cluster-info`, { signal: limit });
      if (clusterInfo.parse(await answer.json()).clusterId === clusterId) return;
    } catch (error) {
      if (limit.aborted) throw error;
    }
    await setTimeout(betweenLooksMs);
  }
}

async function connected(address: string, gone: AbortSignal): Promise<Connection> {
  const end = Date.now() + startLimitMs;
  for (;;) {
    const connection = lazyConnection({ address, connectTimeout: attemptLimitMs });
    try {
      await connection.ensureConnected();
      return connection;
    } catch (error) {
      await connection.close();
      gone.throwIfAborted();
      if (Date.now() > end) throw error;
    }
  }
}

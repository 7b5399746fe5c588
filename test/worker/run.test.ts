import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fleet } from '../../fleet/fleet.ts';
import { taskQueue } from '../../rotation/messages.ts';
import { connectClient } from '../../worker/connection.ts';
import { type DevServer, startDevServer } from '../../worker/dev-server.ts';
import { retentionDays } from '../../worker/namespace.ts';
import { startWorker } from '../../worker/run.ts';
import { resolveTemporalCli } from '../../worker/temporal-binary/resolve.ts';
import { rotationInput } from '../workflows/harness.ts';
import { eventually } from '../support/eventually.ts';

let folder: string;
let server: DevServer;
const evidence = { kind: 'folder', path: '/evidence' } as const;
const fleets: readonly Fleet[] = [{ name: 'prod', file: '/fleet.yaml', evidence, meshes: [] }];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-worker-'));
  const { path } = await resolveTemporalCli({ downloads: true });
  server = await startDevServer({ path, folder });
});
afterAll(async () => {
  await server.stop();
});

describe('a worker', () => {
  it('runs rotations with the real activities, logs to its file, and ends when told to', async () => {
    const logFile = join(folder, 'worker.log');
    const worker = await startWorker({ target: server, fleets, logFile });
    const ref = await connectClient(server);
    const handle = await new Client(ref).workflow.start('rotateFleet', {
      taskQueue,
      workflowId: 'rotation/prod/payments',
      args: [rotationInput({ mesh: 'payments' })],
    });
    await eventually(async () =>
      expect(await handle.query('status')).toMatchObject({
        state: 'stopped',
        stopped: { code: 'MESH_UNKNOWN' },
      }),
    );
    await worker.stop();
    await worker.ended;
    await ref.connection.close();
    await expect(readFile(logFile, 'utf8')).resolves.toContain('"name":"meshturn"');
  });

  it('does not start on a namespace that lacks the search attributes', async () => {
    const { connection } = await connectClient(server);
    await connection.workflowService.registerNamespace({
      namespace: 'bare',
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    await eventually(() => retentionDays({ connection, namespace: 'bare' }));
    await connection.close();
    const target = { address: server.address, namespace: 'bare' };
    await expect(startWorker({ target, fleets })).rejects.toMatchObject({ code: 'SEARCH_ATTRIBUTE_MISSING' });
  });
});

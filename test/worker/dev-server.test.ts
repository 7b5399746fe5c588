import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient } from '../../worker/connection.ts';
import { type DevServer, startDevServer } from '../../worker/dev-server.ts';
import {
  registerSearchAttributes,
  retentionDays,
  verifyRetention,
  verifySearchAttributes,
} from '../../worker/namespace.ts';
import { resolveTemporalCli } from '../../worker/temporal-binary/resolve.ts';
import { eventually } from '../support/eventually.ts';

let folder: string;
let path: string;
let server: DevServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-dev-server-'));
  ({ path } = await resolveTemporalCli({ downloads: true }));
  server = await startDevServer({ path, folder });
});
afterAll(async () => {
  await server.stop();
});

describe('the dev server', () => {
  it('has every search attribute and keeps finished workflows for 30 days', async () => {
    const ref = await connectClient(server);
    await verifySearchAttributes(ref);
    await registerSearchAttributes(ref);
    await expect(retentionDays(ref)).resolves.toBe(30);
    await verifyRetention(ref, 3);
    await expect(verifyRetention(ref, 30)).rejects.toMatchObject({
      code: 'RETENTION_TOO_SHORT',
      hint: 'meshturn setup --retention 37d',
    });
    await ref.connection.close();
  });

  it('shows its UI', async () => {
    await eventually(async () => expect((await fetch(server.uiUrl)).status).toBe(200));
  });

  it('names the missing search attributes of another namespace', async () => {
    const { connection } = await connectClient(server);
    const ref = { connection, namespace: 'other' };
    await connection.workflowService.registerNamespace({
      namespace: 'other',
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    await eventually(() => retentionDays(ref));
    await expect(verifySearchAttributes(ref)).rejects.toMatchObject({ code: 'SEARCH_ATTRIBUTE_MISSING' });
    await connection.close();
  });

  it('says what stands last in its log when it does not come up', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'meshturn-dev-server-'));
    // It complains that it knows no such option.
    await expect(startDevServer({ path: '/bin/ls', folder: elsewhere })).rejects.toMatchObject({
      code: 'TEMPORAL_SERVER_FAILED',
      details: { found: expect.stringContaining('--ip') as string },
    });
  });

  it('gives up as soon as it is interrupted', async () => {
    const interrupt = new AbortController();
    const starting = startDevServer({ path, folder }, interrupt.signal);
    interrupt.abort();
    await expect(starting).rejects.toBe(interrupt.signal.reason);
  });
});

describe('a tied process', () => {
  it('ends with its parent, though that is killed', async () => {
    const script = `
      import { startTied } from ${JSON.stringify(new URL('../../worker/tied-process.ts', import.meta.url).href)};
      const tied = await startTied(['sleep', '1000'], { logFile: ${JSON.stringify(join(folder, 'tied.log'))} });
      console.log(tied.child.pid);
      setInterval(() => {}, 1000);
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const [pid] = (await once(createInterface(parent.stdout), 'line')) as [string];
    await expect(readFile(`/proc/${pid}/status`, 'utf8')).resolves.toContain('State');
    parent.kill('SIGKILL');
    await eventually(() => expect(() => process.kill(-Number(pid), 0)).toThrow('ESRCH'));
  });
});

describe('a server that is not there', () => {
  it('is a problem that names its address', async () => {
    await expect(connectClient({ address: '127.0.0.1:1' })).rejects.toMatchObject({
      code: 'TEMPORAL_UNREACHABLE',
      details: { object: '127.0.0.1:1' },
    });
  });
});

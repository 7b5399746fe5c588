import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { connectClient } from '../../worker/connection.ts';
import { type DevServer, startDevServer } from '../../worker/dev-server.ts';
import { freePorts } from '../../worker/free-ports.ts';
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

describe('a dev server whose port somebody takes', () => {
  let taken: number;
  const holder = createServer((socket) => socket.destroy());

  beforeAll(async () => {
    holder.listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    if (address === null || typeof address === 'string') throw new Error('the listener has no port');
    taken = address.port;
  });
  afterAll(async () => {
    holder.close();
    await once(holder, 'close');
  });

  /** Starts a server whose ports are these at first, and are counted as they are taken. */
  async function startOn(first: (free: readonly number[]) => readonly number[], more: object = {}) {
    const ports = vi.fn(freePorts);
    ports.mockImplementationOnce(async (count) => first(await freePorts(count)));
    const elsewhere = await mkdtemp(join(tmpdir(), 'meshturn-dev-server-'));
    return { ports, starting: startDevServer({ path, folder: elsewhere, ports, ...more }) };
  }

  /** The CLI, but for its first start, which is that of a shell script instead. */
  async function programThat(first: string): Promise<string> {
    const file = join(await mkdtemp(join(tmpdir(), 'meshturn-program-')), 'temporal');
    const script = `#!/bin/sh\nif mkdir ${file}.started 2>/dev/null; then\n${first}\nfi\nexec ${path} "$@"\n`;
    await writeFile(file, script, { mode: 0o755 });
    return file;
  }

  /** Beyond the first, which fails: a port of the second may be taken by whoever else works on the machine. */
  function expectMoreStarts({ mock }: Awaited<ReturnType<typeof startOn>>['ports']): void {
    expect(mock.calls.length).toBeGreaterThan(1);
  }

  it.each(['gRPC', 'UI'])('starts on others where it is the port for its %s', async (which) => {
    const { ports, starting } = await startOn(([port = 0, uiPort = 0]) =>
      which === 'UI' ? [port, taken] : [taken, uiPort],
    );
    const started = await starting;
    expectMoreStarts(ports);
    await expect(retentionOf(started)).resolves.toBe(30);
    expect((await fetch(started.uiUrl)).status).toBe(200);
    await started.stop();
  });

  it('starts on others where another program answers at the port for its UI', async () => {
    const asked = join(await mkdtemp(join(tmpdir(), 'meshturn-asked-')), 'asked');
    const other = createHttpServer((_, response) => {
      writeFileSync(asked, '');
      response.end('{"clusterId":"another"}');
    });
    other.listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port: answers } = z.object({ port: z.number() }).parse(other.address());
    // As where the port is taken after the CLI has looked whether it is free: it serves, but no UI, and ends.
    const first = `${path} "$@" --headless &
until [ -e ${asked} ]; do sleep 0.1; done
kill $!
echo 'listen tcp 127.0.0.1:${answers}: bind: address already in use'
exit 1`;
    const { ports, starting } = await startOn(([port = 0]) => [port, answers], {
      path: await programThat(first),
    });
    const started = await starting;
    onTestFinished(() => started.stop());
    expectMoreStarts(ports);
    await expect(retentionOf(started)).resolves.toBe(30);
  });

  // The second is what it prints where the port is taken after it has looked whether it is free.
  it.each([
    ['for its metrics, which it chose itself', () => `exec ${path} "$@" --metrics-port ${taken}`],
    [
      'and it dies of a panic',
      () => `cat <<'END'
time=2026-11-29T11:19:41.426 level=ERROR msg="Failed to start gRPC listener" error="listen tcp 127.0.0.1:${taken}: bind: address already in use" service=frontend address=127.0.0.1:${taken}
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x20 pc=0x2bb0889]
END
exit 2`,
    ],
  ])('starts again where it is one %s', async (_, first) => {
    const { ports, starting } = await startOn((free) => free, { path: await programThat(first()) });
    await (await starting).stop();
    expectMoreStarts(ports);
  });

  it.each(['port', 'uiPort'])('does not start where it was asked for as its %s', async (asked) => {
    const { ports, starting } = await startOn((free) => free, { [asked]: taken });
    await expect(starting).rejects.toMatchObject({
      code: 'TEMPORAL_SERVER_FAILED',
      details: { found: expect.stringContaining(`${taken}: bind: address already in use`) as string },
    });
    expect(ports).toHaveBeenCalledTimes(1);
  });

  it('gives up where its ports are taken over and over', async () => {
    const ports = vi.fn(async (count: number) => (await freePorts(count)).with(0, taken));
    await expect(startDevServer({ path, folder, ports })).rejects.toMatchObject({
      code: 'TEMPORAL_SERVER_FAILED',
      details: { found: expect.stringContaining(`${taken}: bind: address already in use`) as string },
    });
    expect(ports).toHaveBeenCalledTimes(5);
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

async function retentionOf({ address }: DevServer): Promise<number> {
  const ref = await connectClient({ address });
  const days = await retentionDays(ref);
  await ref.connection.close();
  return days;
}

describe('a server that is not there', () => {
  it('is a problem that names its address', async () => {
    await expect(connectClient({ address: '127.0.0.1:1' })).rejects.toMatchObject({
      code: 'TEMPORAL_UNREACHABLE',
      details: { object: '127.0.0.1:1' },
    });
  });
});

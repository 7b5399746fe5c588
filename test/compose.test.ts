import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { connectClient } from '../worker/connection.ts';
import { freePorts } from '../worker/free-ports.ts';
import { retentionDays } from '../worker/namespace.ts';
import { resolveTemporalCli } from '../worker/temporal-binary/resolve.ts';
import { startTied, type TiedProcess } from '../worker/tied-process.ts';
import { fleetFile } from './cli/session.ts';
import { spawned } from './cli/spawned.ts';
import { eventually } from './support/eventually.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

const service = z.strictObject({
  image: z.string(),
  command: z.array(z.string()),
  user: z.string().optional(),
  working_dir: z.string().optional(),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z
    .union([z.array(z.string()), z.record(z.string(), z.strictObject({ condition: z.string() }))])
    .default([]),
  restart: z.string().optional(),
  ulimits: z.record(z.string(), z.number()).default({}),
});
const compose = z.strictObject({
  services: z.strictObject({ data: service, temporal: service, setup: service, worker: service }),
  volumes: z.record(z.string(), z.null()),
});
const text = await readFile(join(root, 'docker-compose.yml'), 'utf8');
const { services } = compose.parse(parse(text, { merge: true }));

/** What follows the built entry in the command of a service. */
function words({ command }: z.output<typeof service>): readonly string[] {
  expect(command.slice(0, 2)).toEqual(['node', 'dist/cli/meshturn.js']);
  return command.slice(2);
}

describe('docker-compose.yml', () => {
  let folder: string;
  let address: string;
  let server: TiedProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meshturn-compose-'));
    const { path } = await resolveTemporalCli({ downloads: true });
    const [port = 0] = await freePorts(1);
    const command = services.temporal.command.map((word) => word.replace('=/data/', `=${folder}/`));
    server = await startTied([path, ...command, '--headless', '--port', String(port)], {
      logFile: join(folder, 'temporal.log'),
    });
    address = `127.0.0.1:${port}`;
    await eventually(async () => (await connectClient({ address })).connection.close());
  });
  afterAll(() => server.stop());

  it('has setup prepare the server as it comes, after which the worker works', async () => {
    const environment = { TEMPORAL_ADDRESS: address };
    expect(services.setup.environment).toEqual({ TEMPORAL_ADDRESS: 'temporal:7233' });
    const setup = spawned(words(services.setup), environment);
    expect(await setup.exitCode(), setup.written.stderr).toBe(0);
    const ref = await connectClient({ address });
    expect(await retentionDays(ref)).toBe(30);
    await ref.connection.close();

    await copyFile(fleetFile, join(folder, 'fleet.yaml'));
    const worker = spawned(
      words(services.worker).map((word) => word.replace(/^\/mesh\//, `${folder}/`)),
      environment,
    );
    await worker.said('stderr', 'Working for prod');
    worker.child.kill('SIGTERM');
    expect(await worker.exitCode(), worker.written.stderr).toBe(0);
  });

  it('starts the worker once setup has ended well, and Temporal once it may write its database', () => {
    const done = { condition: 'service_completed_successfully' };
    expect(services.worker.depends_on).toEqual({ setup: done });
    expect(services.temporal.depends_on).toEqual({ data: done });
    expect(services.data.command).toEqual(['chown', services.temporal.user, '/data']);
    expect(services.data.volumes).toEqual(services.temporal.volumes);
  });

  it('lets the worker, which has keys in its memory, write no core file', () => {
    expect(services.worker.ulimits).toEqual({ core: 0 });
  });

  it('mounts nothing of this repository but what git ignores, and the rest to be read only', async () => {
    const mounts = Object.values(services).flatMap(({ volumes }) => volumes.map((one) => one.split(':')));
    for (const [source = '', target = '', mode] of mounts.filter(([source]) => source?.startsWith('.'))) {
      if (source === '.') {
        expect([target, mode]).toEqual(['/meshturn', 'ro']);
      } else {
        await run('git', ['check-ignore', '--quiet', `${source}/kubeconfig.yaml`], { cwd: root });
      }
    }
  });

  it('says what is to be built first, as the README does', async () => {
    const command = 'npm ci && npm run build && docker compose up';
    expect(text).toContain(command);
    expect(await readFile(join(root, 'README.md'), 'utf8')).toContain(command);
  });
});

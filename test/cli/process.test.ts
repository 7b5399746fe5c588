import { execFile } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fleetFile } from './session.ts';
import { spawned } from './spawned.ts';

const deadServer = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
const demo = ['demo', '--clusters', '1'];

describe('the process of a worker', () => {
  it('ends with 1 where no Temporal server answers', async () => {
    const worker = spawned(['worker', '-f', fleetFile], deadServer);
    expect(await worker.exitCode()).toBe(1);
    expect(worker.written.stderr).toContain('[TEMPORAL_UNREACHABLE]');
    expect(worker.written.stderr).not.toContain('Working');
  });

  it('ends on the first SIGTERM while it waits for one', async () => {
    const worker = spawned(['worker', '-f', fleetFile], deadServer);
    await worker.said('stderr', 'Connecting to Temporal for prod.');
    worker.child.kill('SIGTERM');
    expect(await worker.exitCode()).toBe(130);
    expect(worker.written.stderr).not.toMatch(/^error/m);
  });
});

describe('the process of a demo', () => {
  it('leaves nothing behind where Ctrl-C comes while it starts', async () => {
    const started = spawned(demo);
    await started.said('stderr', 'Temporal:');
    // The second one is what npm passes on.
    started.signalGroup('SIGINT');
    started.signalGroup('SIGINT');
    expect(await started.exitCode(), started.written.stderr).toBe(130);
    expect(started.written.stderr).not.toMatch(/^error/m);
    await started.nothingLeft();
  });

  it('ends with its rotation on Ctrl-C, says so, and leaves nothing behind', async () => {
    const started = spawned(demo);
    await started.said('stdout', '\n');
    started.signalGroup('SIGINT');
    expect(await started.exitCode()).toBe(130);
    expect(started.written.stderr).toContain('The demo ends, and its rotation with it.');
    expect(started.written.stderr).not.toMatch(/Detached|^error/m);
    await started.nothingLeft();
  });

  it('leaves nothing behind where it is killed', async () => {
    const started = spawned(demo);
    await started.said('stderr', 'Fleet file:');
    started.child.kill('SIGKILL');
    await started.exitCode();
    await started.nothingLeft();
  });

  it.each(['stdout', 'stderr'] as const)(
    'ends quietly where nobody reads its %s any more',
    async (stream) => {
      const started = spawned(demo);
      const other = stream === 'stdout' ? 'stderr' : 'stdout';
      if (stream === 'stdout') await started.said('stdout', '\n');
      started.child[stream].destroy();
      expect(await started.exitCode()).toBe(130);
      expect(started.written[other]).not.toMatch(/EPIPE|error/);
      await started.nothingLeft();
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'leaves nothing behind where its output is a full disk',
    async () => {
      const program = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
      const folder = await mkdtemp(join(tmpdir(), 'meshturn-full-'));
      const line = ['-c', '"$0" "$1" dev --clusters 1 > /dev/full', process.execPath, program];
      await expect(
        promisify(execFile)('sh', line, { env: { ...process.env, TMPDIR: folder } }),
      ).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('[OUTPUT_FAILED]') as string });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('ends at once where the program of the server does', async () => {
    const started = spawned(demo, { MESHTURN_TEMPORAL_BIN: '/bin/false' });
    await started.said('stderr', '[TEMPORAL_SERVER_FAILED]');
    const since = performance.now();
    expect(await started.exitCode()).toBe(1);
    // It waited out the minute that a server may take to come up.
    expect(performance.now() - since).toBeLessThan(30_000);
    await started.nothingLeft();
  });

  it('ends with its server, names it once, and leaves nothing behind, also in the middle of a rotation', async () => {
    const started = spawned([...demo, '-o', 'json']);
    await started.said('stderr', 'distribute begins');
    await started.killOne('server start-dev');
    expect(await started.exitCode()).toBe(1);
    const { stdout, stderr } = started.written;
    expect(stdout).toBe('');
    expect(stderr.slice(stderr.indexOf('error:'))).toMatch(
      /^error: .* server start-dev: .*\[TEMPORAL_SERVER_FAILED\]\n {2}found {4}exit code 137, .*Killed\n {2}hint: .*\n$/,
    );
    await started.nothingLeft();
  });

  it('ends with its worker, and names it', async () => {
    const preload = new URL('failing-worker.js', import.meta.url).href;
    const started = spawned(['dev', '--clusters', '1'], { NODE_OPTIONS: `--import ${preload}` });
    expect(await started.exitCode()).toBe(1);
    const { stderr } = started.written;
    expect(stderr.slice(stderr.indexOf('error:'))).toMatch(
      /^error: worker of namespace default: .*\[WORKER_FAILED\]\n {2}found .*the namespace is gone\n {2}hint: .*\n$/,
    );
    await started.nothingLeft();
  });

  it('ends with its fleet, and names that', async () => {
    const started = spawned(['dev', '--clusters', '1']);
    await started.said('stdout', 'scenarios/vault-forbidden');
    await started.killOne('sim/main.ts');
    expect(await started.exitCode()).toBe(1);
    const { stderr } = started.written;
    expect(stderr.slice(stderr.indexOf('error:'))).toMatch(
      /^error: the fleet of .*\[SIMULATION_FAILED\]\n.*\n {2}hint: .*\n$/,
    );
    await started.nothingLeft();
  });

  it('simulates nothing for a server that does not answer', async () => {
    const started = spawned(demo, deadServer);
    expect(await started.exitCode()).toBe(1);
    expect(started.written.stderr).toMatch(
      /^Temporal: .*\nerror: 127\.0\.0\.1:1: .*\[TEMPORAL_UNREACHABLE\]/,
    );
    await started.nothingLeft();
  });
});

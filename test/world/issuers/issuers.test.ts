import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadFleet } from '../../../fleet/load.ts';
import { rotationWorkflowId } from '../../../rotation/messages.ts';
import type { SimIssuer } from '../../../sim/issuing/issuers.ts';
import { startDevServer, type DevServer } from '../../../worker/dev-server.ts';
import { resolveTemporalCli } from '../../../worker/temporal-binary/resolve.ts';
import { expectDescribed } from '../../cli/schemas/committed.ts';
import { runsOf, tracesOfRuns } from '../../demo/history.ts';
import { LeakFinder, type Trace } from '../../demo/leaks.ts';
import { plantInHistory } from '../../demo/plant.ts';
import { vaultsOf } from '../../demo/vaults.ts';
import { eventually } from '../../support/eventually.ts';
import { documentedSteps, stepsIn } from './documented.ts';
import { censusOf, filesIn, runLane, type Lane } from './lane.ts';
import { ProcessWatch } from './process-watch.ts';

/** Those that make intermediates; `files` is the demo that every other suite runs. */
const kinds = ['offline', 'key-vault-key', 'command'] as const satisfies readonly SimIssuer[];

/** Of the worker's environment, and nobody else's. */
const secret = 'client-secret-0123456789abcdefghijklmnop';

const shown = z.object({
  rotation: z.object({ state: z.string() }),
  issuer: z.looseObject({ kind: z.string() }),
  handshakes: z.object({ attempted: z.number(), failed: z.number() }),
});

let folder: string;
let server: DevServer;
let watch: ProcessWatch;
let lanes: readonly Lane[] = [];
/** Of all lanes: a key that one has must not be found with another either. */
let finder: LeakFinder;
const ends: (() => void)[] = [];

const laneOf = (kind: SimIssuer): Lane => {
  const lane = lanes.find((one) => one.kind === kind);
  if (lane === undefined) throw new Error(`no rotation by ${kind}`);
  return lane;
};
const documentOf = ({ demo }: Lane) => shown.parse(expectDescribed(demo.written.stdout));
const runsIn = ({ client }: Lane) => runsOf(client, rotationWorkflowId('demo', 'payments'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-issuers-'));
  watch = new ProcessWatch();
  const { path } = await resolveTemporalCli({ downloads: true });
  server = await startDevServer({ path, folder, databaseFile: join(folder, 'temporal.db') });
  const { address } = server;
  lanes = await Promise.all(
    kinds.map((kind) => runLane(kind, { address, secret, ending: (end) => ends.push(end) })),
  );
  watch.stop();
  finder = new LeakFinder(
    lanes.flatMap((lane) => lane.secrets),
    'open',
  );
}, 240_000);

afterAll(async () => {
  for (const end of ends) end();
  for (const { client } of lanes) await client.connection.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

describe.each(kinds)('a rotation to intermediates by %s', (kind) => {
  it('completes, and fails none of its handshakes', () => {
    const { rotation, issuer, handshakes } = documentOf(laneOf(kind));
    expect(rotation.state).toBe('completed');
    expect(issuer.kind).toBe(kind);
    expect(handshakes.failed).toBe(0);
    expect(handshakes.attempted).toBeGreaterThan(500);
  });

  it('leaves every leaf below the new root, by the path that its pod presents', async () => {
    const all = { count: 20, total: 20 };
    expect(await censusOf(laneOf(kind))).toEqual({ unseen: [], leaves: all, proxies: all });
  });

  it('knows the keys that were there to be leaked', () => {
    const keys = laneOf(kind).secrets.filter(({ text }) => text.includes('PRIVATE KEY'));
    // The old and the new one of each cluster in its vault, and the root's where it is a file.
    expect(new Set(keys.map(({ text }) => text)).size).toBe(2 * 2 + (kind === 'key-vault-key' ? 0 : 1));
  });

  it('leaves no private key and no login in any history', async () => {
    const runs = await runsIn(laneOf(kind));
    expect(runs.length).toBeGreaterThan(2 * 3);
    expect(finder.leaksIn(tracesOfRuns(runs))).toEqual([]);
  });

  it('leaves none in logs, evidence and what it printed', async () => {
    const { demo, folder } = laneOf(kind);
    const files = await filesIn(folder);
    const told = files.filter(({ name }) => /\.log$|\/evidence\//.test(name));
    expect(told.filter(({ name }) => name.endsWith('.log')).length).toBe(2);
    expect(told.length).toBeGreaterThan(10);
    const { stdout, stderr } = demo.written;
    expect(
      finder.leaksIn([
        ...told.map(({ name, text }) => ({ where: name, text })),
        { where: 'stdout', text: stdout },
        { where: 'stderr', text: stderr },
      ]),
    ).toEqual([]);
  });

  it('has keys in files of their owner only, within a folder of their owner only', async () => {
    const { folder } = laneOf(kind);
    const secret = (await filesIn(folder)).filter(({ text }) => text.includes('PRIVATE KEY'));
    expect(secret.map(({ name }) => name.slice(folder.length))).toEqual(rootKeys[kind]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const { name } of secret) expect((await stat(name)).mode & 0o777, name).toBe(0o600);
  });

  it('has disabled what it staged', async () => {
    const staged = [];
    for (const vault of await vaultsOf(await loadFleet(join(laneOf(kind).folder, 'fleet.yaml')))) {
      for await (const { enabled } of vault.listPropertiesOfSecretVersions('ca-key-meshturn-next')) {
        staged.push(enabled);
      }
    }
    expect(staged.length).toBeGreaterThanOrEqual(2);
    expect(staged.filter((enabled) => enabled !== false)).toEqual([]);
  });
});

/** The root's key: behind a passphrase, in a vault, with the program that signs. */
const rootKeys: Readonly<Record<(typeof kinds)[number], readonly string[]>> = {
  offline: ['/offline/root-b/root-key.pem'],
  'key-vault-key': [],
  command: ['/issuer/root-key.pem'],
};

describe('all of them together', () => {
  it('have made more than a thousand handshakes', () => {
    const attempted = lanes.map((lane) => documentOf(lane).handshakes.attempted);
    expect(attempted.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(1_000);
  });

  it('were signed off line by a process that was cut off, behind a passphrase', async () => {
    const lane = laneOf('offline');
    expect(documentOf(lane).issuer['offline']).toEqual({
      network: expect.stringMatching(/^(none|refused)$/) as string,
      connecting: 'ENETUNREACH',
    });
    const key = await readFile(join(lane.folder, 'offline/root-b/root-key.pem'), 'utf8');
    expect(key).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
  });

  it('were signed off line by the commands of docs/issuers.md, as they stand there', async () => {
    const ran = stepsIn(watch.looks.map(({ commandLine }) => commandLine));
    for (const step of await documentedSteps()) expect(ran).toContain(step);
  });

  it('show no private key and no login in the command line of any process', () => {
    const lines = watch.looks.map(({ commandLine }) => commandLine);
    for (const program of ['sim/issuing/program', 'sim/main', 'offline/machine-program', 'start-dev']) {
      expect(
        lines.some((line) => line.includes(program)),
        program,
      ).toBe(true);
    }
    expect(finder.leaksIn(lines.map((text) => ({ where: 'argv', text })))).toEqual([]);
  });

  it('show the program that signs nothing of how the worker logs in, and no process a key', () => {
    const looks = watch.looks.filter(({ commandLine }) => commandLine.includes('sim/issuing/program'));
    expect(looks.length).toBeGreaterThan(0);
    for (const { environment } of looks) {
      expect(environment).toContain('PATH=');
      expect(environment).not.toMatch(/(^| )(AZURE|TEMPORAL)_\w+=/);
      expect(environment).not.toContain(secret);
    }
    const all = watch.looks.map(({ environment }) => ({ where: 'environ', text: environment }));
    expect(all.some(({ text }) => text.includes(secret))).toBe(true);
    expect(finder.leaksIn(all)).toEqual([]);
  });

  it('leave no private key in database and log of the Temporal server, where one is found that was put there', async () => {
    expect(finder.leaksIn(await database())).toEqual([]);
    const lane = laneOf('command');
    const key = lane.secrets.find(({ text }) => text.includes('PRIVATE KEY'))?.text ?? '';
    await plantInHistory(lane.client, key);
    await eventually(async () => expect(finder.leaksIn(await database())).not.toEqual([]));
  });

  it('would have shown a key in a command line', async () => {
    const key = laneOf('command').secrets.find(({ text }) => text.includes('PRIVATE KEY'))?.text ?? '';
    const looking = new ProcessWatch();
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', key.split('\n')[1] ?? '']);
    await eventually(() => {
      const lines = looking.looks.map(({ commandLine }) => ({ where: 'argv', text: commandLine }));
      expect(finder.leaksIn(lines)).not.toEqual([]);
    });
    looking.stop();
    child.stdin.end();
    await once(child, 'close');
  });

  it('end on Ctrl-C with 0, and leave no process, no file and no core behind', async () => {
    for (const { demo } of lanes) demo.signalGroup('SIGINT');
    for (const { demo } of lanes) {
      expect(await demo.exitCode()).toBe(0);
      await demo.nothingLeft();
    }
    expect((await readdir('.')).filter((name) => /^core(\.|$)/.test(name))).toEqual([]);
  });
});

/** The file, what is yet to be brought into it, and the server's log. */
async function database(): Promise<Trace[]> {
  const files = (await filesIn(folder)).filter(({ name }) => /\/temporal\.(db|log)/.test(name));
  expect(files.length).toBeGreaterThan(1);
  return files.map(({ name, text }) => ({ where: name, text }));
}

import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CoreV1Api, Exec, Log, PortForward, type V1Status } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { servedCluster, template, type ServedCluster } from '../../support/served-cluster.ts';
import { eventually } from '../../support/eventually.ts';

let lab: ServedCluster;

beforeAll(async () => {
  lab = await servedCluster();
  const core = lab.config().makeApiClient(CoreV1Api);
  const { spec } = template('web', 'serves', {
    containers: [
      { name: 'main', image: 'serves' },
      { name: 'istio-proxy', image: 'proxy' },
    ],
  });
  for (const name of ['web', 'doomed', 'other']) {
    await core.createNamespacedPod({ namespace: 'shop', body: { metadata: { name }, spec } });
  }
  await eventually(() => expect(lab.program('shop', 'web').log.lines).toHaveLength(1));
  await eventually(() => expect(lab.program('shop', 'doomed').log.lines).toHaveLength(1));
});

afterAll(() => lab.close());

/** The message of the ErrorEvent that the client rejects with. */
function messageOf(event: unknown): string {
  return z.object({ message: z.string() }).parse(event).message;
}

/** Runs a command through the client, to its end. */
async function run(command: string[], pod = 'web') {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(lab.config())
      .exec('shop', pod, 'main', command, stdout, stderr, null, false, resolve)
      .catch((error: unknown) => reject(new Error(messageOf(error))));
  });
  return { status, stdout: await text(stdout), stderr: await text(stderr) };
}

test('exec gives the output and success', async () => {
  expect(await run(['echo', 'a b', 'c'])).toMatchObject({
    status: { status: 'Success' },
    stdout: 'a b c\n',
    stderr: '',
  });
});

test('exec gives the exit code and what went to stderr', async () => {
  const { status, stderr } = await run(['fail', '3', 'no such file']);
  expect(stderr).toBe('no such file');
  expect(status).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode' });
  expect(status.details?.causes).toEqual([{ reason: 'ExitCode', message: '3' }]);
  expect((await run(['unknown'])).status.details?.causes?.[0]?.message).toBe('127');
});

test('exec into a pod that is not there is refused before the upgrade', async () => {
  await expect(run(['echo'], 'missing')).rejects.toThrow('404');
});

/** One forwarded connection: what it answers to `sent`, and what comes on the error channel. */
async function forward(port: number, sent: string) {
  const [output, errors, input] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const socket = await new PortForward(lab.config()).portForward(
    'shop',
    'web',
    [port],
    output,
    errors,
    input,
  );
  if (typeof socket === 'function') throw new Error('the client gave no socket');
  input.write(sent);
  const first = once(output, 'data').then(([chunk]) => String(chunk));
  const failed = once(errors, 'data').then(async ([chunk]) => {
    // The port number comes first, as an empty message to the client's caller.
    return String(chunk) || String((await once(errors, 'data'))[0]);
  });
  return {
    first,
    failed,
    close: () => socket.close(),
    ended: new Promise((resolve) => (socket.onclose = resolve)),
  };
}

test('one connection after another, and many at once, are forwarded', async () => {
  for (const word of ['one', 'two', 'three']) {
    const { first, close } = await forward(7000, word);
    expect(await first).toBe(word);
    close();
  }
  const many = await Promise.all(Array.from({ length: 20 }, (_, n) => forward(7000, `message ${String(n)}`)));
  expect(await Promise.all(many.map(({ first }) => first))).toEqual(
    many.map((_, n) => `message ${String(n)}`),
  );
  for (const { close } of many) close();
});

test('large answers arrive whole', async () => {
  const [output, input] = [new PassThrough(), new PassThrough()];
  const socket = await new PortForward(lab.config()).portForward('shop', 'web', [7000], output, null, input);
  const sent = Buffer.alloc(3_000_000, 'x');
  let received = 0;
  output.on('data', (chunk: Buffer) => (received += chunk.length));
  for (let at = 0; at < sent.length; at += 60_000) input.write(sent.subarray(at, at + 60_000));
  await eventually(() => expect(received).toBe(sent.length));
  if (typeof socket !== 'function') socket.close();
});

test('a port on which nothing listens is told on the error channel, and the session ends', async () => {
  const { failed, ended } = await forward(81, 'hello');
  expect(await failed).toMatch(/^error forwarding port 81 to pod web_shop, uid .*connection refused/);
  await ended;
});

test('a log can be read from a line on, by its end, and with the instants', async () => {
  const core = lab.config().makeApiClient(CoreV1Api);
  const { log } = lab.program('shop', 'other');
  log.print('early', new Date('2026-01-01T00:00:00.500Z'));
  log.print('late', new Date('2099-01-01T00:00:01.000Z'));
  const of = { namespace: 'shop', name: 'other', container: 'main' };
  expect(await core.readNamespacedPodLog(of)).toBe('started other\nearly\nlate\n');
  expect(await core.readNamespacedPodLog({ ...of, tailLines: 1, timestamps: true })).toBe(
    '2099-01-01T00:00:01.000Z late\n',
  );
  const since = new PassThrough();
  await new Log(lab.config()).log('shop', 'other', 'main', since, { sinceTime: '2098-01-01T00:00:00Z' });
  expect(await text(since)).toBe('late\n');
});

test('a pod of several containers wants to be asked for one of them', async () => {
  const core = lab.config().makeApiClient(CoreV1Api);
  const call = core.readNamespacedPodLog({ namespace: 'shop', name: 'web' });
  await expect(call).rejects.toThrow(/HTTP-Code: 400[^]*choose one of: \[main istio-proxy\]/);
});

test('a followed log goes on until its pod ends', async () => {
  const output = new PassThrough();
  await new Log(lab.config()).log('shop', 'doomed', 'main', output, { follow: true });
  const program = lab.program('shop', 'doomed');
  const read = text(output);
  program.log.print('later');
  await lab.config().makeApiClient(CoreV1Api).deleteNamespacedPod({ namespace: 'shop', name: 'doomed' });
  expect(await read).toBe('started doomed\nlater\nstopping\n');
  program.log.print('after its end');
  expect(program.stops).toBe(1);
  await eventually(() => expect(lab.cluster.store.get('pods', 'shop', 'doomed')).toBeUndefined());
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execIn } from '../../../activities/kube/exec.ts';
import { followLog, readLog } from '../../../activities/kube/follow-logs.ts';
import { forwardTo } from '../../../activities/kube/port-forward.ts';
import { addPod, Echo, serveCluster, type ServedCluster } from './api-server.ts';
import { eventually } from '../../support/eventually.ts';

let api: ServedCluster;
const programs = new Map<string, Echo>();
const target = (pod: string) => ({ namespace: 'default', pod, container: 'main' });

beforeAll(async () => {
  api = await serveCluster({
    programs: (pod) => {
      const echo = new Echo();
      programs.set(pod.metadata.name, echo);
      return echo;
    },
  });
  addPod(api.cluster, 'echo');
  await eventually(() => expect(api.cluster.programOf('default', 'echo')).toBeDefined());
});
afterAll(() => api.close());

describe('a port-forward', () => {
  test('carries every connection to its loopback port to the port of the pod', async () => {
    const forward = await forwardTo(api.client, 'default', 'echo', 7);
    const answers = ['one', 'two'].map(async (word) => {
      const socket = connect(forward.port, '127.0.0.1');
      socket.write(word);
      const [answer] = (await once(socket, 'data')) as Buffer[];
      socket.destroy();
      return answer?.toString();
    });
    expect(await Promise.all(answers)).toEqual(['one', 'two']);
    await forward.close();
    expect(forward.problem()).toBeUndefined();
  });

  test('carries a large answer whole', async () => {
    const forward = await forwardTo(api.client, 'default', 'echo', 7);
    const socket = connect(forward.port, '127.0.0.1');
    const sent = Buffer.alloc(2_000_000, 'a');
    let received = 0;
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    socket.write(sent);
    await eventually(() => expect(received).toBe(sent.length));
    socket.destroy();
    await forward.close();
  });

  test('is given up where its client is gone before it stands', async () => {
    const echo = programs.get('echo');
    const before = echo?.accepted ?? 0;
    let asked = 0;
    const isForward = ({ subresource }: { readonly subresource?: string | undefined }) =>
      subresource === 'portforward';
    const mend = api.cluster.faults.set({
      matches: (request) => {
        if (isForward(request)) asked += 1;
        return isForward(request);
      },
      delay: 200,
    });
    const forward = await forwardTo(api.client, 'default', 'echo', 7);
    const socket = connect(forward.port, '127.0.0.1');
    await eventually(() => expect(asked).toBe(1));
    socket.destroy();
    await once(socket, 'close');
    await eventually(() => expect(echo?.accepted).toBe(before + 1));
    await eventually(() => expect(echo?.open).toBe(0));
    mend();
    await forward.close();
  });

  test('tells why a port of the pod cannot be reached, and closes the connection', async () => {
    const forward = await forwardTo(api.client, 'default', 'echo', 8);
    const socket = connect(forward.port, '127.0.0.1');
    await once(socket, 'close');
    expect(forward.problem()?.code).toBe('PORT_FORWARD_FAILED');
    expect(forward.problem()?.message).toContain('connection refused');
    await forward.close();
  });

  test('names the API server’s refusal', async () => {
    const allow = api.cluster.access.deny(({ subresource }) => subresource === 'portforward');
    const forward = await forwardTo(api.client, 'default', 'echo', 7);
    const socket = connect(forward.port, '127.0.0.1');
    await once(socket, 'close');
    expect(forward.problem()?.code).toBe('CLUSTER_FORBIDDEN');
    await forward.close();
    allow();
  });

  test('to a pod that is gone is OBJECT_NOT_FOUND', async () => {
    const forward = await forwardTo(api.client, 'default', 'nobody', 7);
    await once(connect(forward.port, '127.0.0.1'), 'close');
    expect(forward.problem()?.code).toBe('OBJECT_NOT_FOUND');
    await forward.close();
  });
});

describe('exec', () => {
  test('gives what the command printed', async () => {
    expect(await execIn(api.client, target('echo'), ['say', 'a word'])).toEqual({
      stdout: 'say a word\n',
      stderr: '',
      exitCode: 0,
    });
  });

  test('takes a failing command for a result', async () => {
    expect(await execIn(api.client, target('echo'), ['fail', '3'])).toEqual({
      stdout: '',
      stderr: 'it fails\n',
      exitCode: 3,
    });
  });

  test('in a pod that is gone is OBJECT_NOT_FOUND', async () => {
    await expect(execIn(api.client, target('nobody'), ['say'])).rejects.toMatchObject({
      code: 'OBJECT_NOT_FOUND',
    });
  });
});

describe('a log', () => {
  test('is read to its end', async () => {
    programs.get('echo')?.print('first');
    expect(await readLog(api.client, target('echo'))).toContain('first\n');
  });

  test('is followed until stopped', async () => {
    const heard: string[] = [];
    const since = new Date(Date.now() + 1_000).toISOString();
    const follower = followLog(api.client, target('echo'), since, (part) => heard.push(part));
    await eventually(() => {
      programs.get('echo')?.print('a later word');
      expect(heard.join('')).toContain('a later word\n');
    });
    expect(heard.join('')).not.toContain('first');
    follower.stop();
    const length = heard.length;
    programs.get('echo')?.print('nobody hears');
    expect(await readLog(api.client, target('echo'))).toContain('nobody hears');
    expect(heard).toHaveLength(length);
  });

  test('is followed through a cut of every connection', async () => {
    const heard: string[] = [];
    const follower = followLog(api.client, target('echo'), new Date().toISOString(), (part) =>
      heard.push(part),
    );
    programs.get('echo')?.print('before the cut');
    await eventually(() => expect(heard.join('')).toContain('before the cut'));
    await api.served.restart();
    programs.get('echo')?.print('after the cut');
    await eventually(() => expect(heard.join('')).toContain('after the cut'));
    expect(follower.problem()).toBeUndefined();
    follower.stop();
  });

  test('of a pod that is gone tells the problem and goes on', async () => {
    const follower = followLog(api.client, target('nobody'), new Date().toISOString(), () => undefined);
    await eventually(() => expect(follower.problem()?.code).toBe('OBJECT_NOT_FOUND'));
    follower.stop();
  });
});

test('a client of a port-forward that ends its side ends both, for there is no half-close', async () => {
  const forward = await forwardTo(api.client, 'default', 'echo', 7);
  const socket = connect({ port: forward.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end('last words');
  expect(['', 'last words']).toContain(await text(socket));
  await forward.close();
});

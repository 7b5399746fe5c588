import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { expect, it, onTestFinished } from 'vitest';
import { loginAs } from '../../../lab/api/login.ts';
import { listenOnLoopback } from '../../../sim/loopback.ts';
import { localhostTls } from '../../support/tls.ts';

const account = { namespace: 'kube-system', name: 'lab-programs' };
const { signal } = new AbortController();

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const token: Answer = (_, response) =>
  response.writeHead(201, { 'content-type': 'application/json' }).end('{"status":{"token":"t"}}');
const refusing =
  (status: number): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"etcd is slow"}');
const breaking: Answer = ({ socket }) => socket.destroy();

/** The login of an administrator to an API server that gives these answers, the last of them again and again. */
async function serverThat(...answers: readonly Answer[]) {
  const { ca: caPem, ...tls } = localhostTls();
  let asked = 0;
  const server = createServer(tls, (request, response) => {
    answers[Math.min(asked, answers.length - 1)]?.(request, response);
    asked += 1;
  });
  const listening = await listenOnLoopback(server);
  onTestFinished(() => listening.close());
  const admin = { name: 'east', url: `https://localhost:${listening.port}`, caPem, token: 'admin' };
  return { admin, asked: () => asked };
}

it('a token is asked for again where the API server, which has just started, gave none', async () => {
  const { admin, asked } = await serverThat(breaking, refusing(500), refusing(429), token);
  await expect(loginAs(account, admin, signal)).resolves.toEqual({ ...admin, token: 't' });
  expect(asked()).toBe(4);
});

it('a token that the API server does not make in time is an error that names it, and what it said', async () => {
  const { admin } = await serverThat(refusing(500));
  await expect(loginAs(account, admin, signal, 500)).rejects.toMatchObject({
    code: 'LAB_COMPONENT_FAILED',
    details: {
      object: 'kube-apiserver of east',
      found: expect.stringContaining('500 etcd is slow') as string,
    },
  });
});

it('a token that the API server refuses is asked for no more', async () => {
  const { admin, asked } = await serverThat(refusing(422));
  await expect(loginAs(account, admin, signal)).rejects.toMatchObject({ code: 'LAB_PROGRAM_REFUSED' });
  expect(asked()).toBe(1);
});

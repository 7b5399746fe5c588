import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretClient } from '@azure/keyvault-secrets';
import { callerOf } from '../../../sim/key-vault/callers.ts';
import { createVault } from '../../../sim/key-vault/vault.ts';
import { localhostTls } from '../../support/tls.ts';
import { clientFor, openSimulated } from './targets.ts';

describe('the simulated vault when it is asked wrongly or made to fail', () => {
  let target: Awaited<ReturnType<typeof openSimulated>>;
  let client: SecretClient;

  beforeEach(async () => {
    target = await openSimulated();
    client = target.client;
    await client.setSecret('root-cert', 'one');
  });

  afterEach(() => target.close());

  async function ask(
    path: string,
    token?: string,
  ): Promise<{ status: number | undefined; challenge: string | undefined; body: string }> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    get(new URL(path, target.url), { ca: target.ca, headers, agent: false }, resolve).on('error', reject);
    const response = await promise;
    const challenge = response.headers['www-authenticate'];
    return { status: response.statusCode, challenge, body: await text(response) };
  }

  it('refuses a token of another tenant', async () => {
    const stranger = clientFor(target.url, target.ca, 'unknown');
    await expect(stranger.getSecret('root-cert')).rejects.toMatchObject({
      statusCode: 401,
      message: expect.stringContaining('AKV10032') as string,
    });
  });

  it('names its authority and resource in the challenge', async () => {
    const { status, challenge } = await ask('/secrets/root-cert?api-version=7.4');
    expect(status).toBe(401);
    expect(challenge).toMatch(
      /^Bearer authorization="https:\/\/login\.[^"]+", resource="https:\/\/vault\.azure\.net"$/,
    );
  });

  it.each([
    ['no api-version', ''],
    ['one it never had', '?api-version=6.0'],
  ])('refuses a request with %s', async (_what, query) => {
    const token = target.vault.tokenFor('test');
    const { status, body } = await ask(`/secrets/root-cert${query}`, token);
    expect(status).toBe(400);
    expect(body).toContain('BadParameter');
  });

  it('tells a caller without the role who it is and what it lacks', async () => {
    const mend = target.vault.faults.add({
      matches: ({ name, caller }) => name === 'root-cert' && caller.name === 'test',
      effect: { kind: 'status', status: 403 },
    });
    await expect(client.getSecret('root-cert')).rejects.toMatchObject({
      statusCode: 403,
      code: 'Forbidden',
      message: expect.stringContaining(`oid=${callerOf('test').oid}`) as string,
    });
    mend();
    expect((await client.getSecret('root-cert')).value).toBe('one');
  });

  it('says when to come back as it throttles', async () => {
    target.vault.faults.add({
      matches: ({ method }) => method === 'GET',
      effect: { kind: 'status', status: 429, retryAfterSeconds: 7 },
      times: 1,
    });
    const error: unknown = await client.getSecret('root-cert').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ statusCode: 429, code: 'Throttled' });
    expect(await client.getSecret('root-cert')).toMatchObject({ value: 'one' });
  });

  it('loses an answer after it has done the work', async () => {
    target.vault.faults.add({
      matches: ({ method }) => method === 'PUT',
      effect: { kind: 'cut', when: 'after' },
      times: 1,
    });
    await expect(client.setSecret('root-cert', 'two')).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(target.vault.store.get('root-cert').value).toBe('two');
  });

  it('does nothing where the connection is cut before', async () => {
    target.vault.faults.add({
      matches: ({ method }) => method === 'PUT',
      effect: { kind: 'cut', when: 'before' },
      times: 1,
    });
    await expect(client.setSecret('root-cert', 'two')).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(target.vault.store.get('root-cert').value).toBe('one');
  });

  it('counts what it was asked and remembers the order', async () => {
    await client.setSecret('ca-key', 'k');
    await client.setSecret('ca-cert', 'c');
    expect(target.vault.requests.count('PUT')).toBe(3);
    const writes = target.vault.requests.list().filter(({ method }) => method === 'PUT');
    expect(writes.map(({ name }) => name)).toEqual(['root-cert', 'ca-key', 'ca-cert']);
  });

  it('throttles beyond its limit of new versions', async () => {
    const small = createVault({ name: 'kv-small', limits: { creates: 2, others: 100 } });
    const { ca, ...tls } = localhostTls();
    const served = await small.serve(tls);
    const writer = clientFor(served.url, ca, small.tokenFor('test'));
    await writer.setSecret('a', '1');
    await writer.setSecret('a', '2');
    await expect(writer.setSecret('a', '3')).rejects.toMatchObject({ statusCode: 429 });
    await served.close();
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretClient } from '@azure/keyvault-secrets';
import { callerOf } from '../../../sim/key-vault/callers.ts';
import { createVault } from '../../../sim/key-vault/vault.ts';
import { localhostTls } from '../../support/tls.ts';

async function open() {
  const vault = createVault({ name: 'kv-test' });
  const { ca, ...tls } = localhostTls();
  const { url, close } = await vault.serve(tls);
  return { client: clientFor(url, ca, vault.tokenFor('test')), vault, url, ca, close };
}

function clientFor(url: string, ca: string, token: string): SecretClient {
  const answer = { token, expiresOnTimestamp: Date.now() + 3_600_000 };
  return new SecretClient(
    url,
    { getToken: () => Promise.resolve(answer) },
    {
      disableChallengeResourceVerification: true,
      tlsOptions: { ca },
      retryOptions: { maxRetries: 0 },
    },
  );
}

describe('the simulated vault when it is asked wrongly or made to fail', () => {
  let target: Awaited<ReturnType<typeof open>>;
  let client: SecretClient;

  beforeEach(async () => {
    target = await open();
    client = target.client;
    await client.setSecret('root-cert', 'one');
  });

  afterEach(() => target.close());

  it('refuses a token of another tenant', async () => {
    const stranger = clientFor(target.url, target.ca, 'unknown');
    await expect(stranger.getSecret('root-cert')).rejects.toMatchObject({
      statusCode: 401,
      message: expect.stringContaining('AKV10032') as string,
    });
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

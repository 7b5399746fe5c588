import {
  AggregateAuthenticationError,
  AuthenticationError,
  CredentialUnavailableError,
} from '@azure/identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../activities/retry-after.ts';
import { VaultCredentials } from '../../../activities/key-vault/credential.ts';
import { LastingIdentity } from '../../../activities/key-vault/lasting-identity.ts';
import { keyVaultSource } from '../../../activities/key-vault/key-vault-source.ts';
import { asVaultProblem } from '../../../activities/key-vault/problems.ts';
import { openVault } from '../../../activities/key-vault/vault.ts';
import { callerOf } from '../../../sim/key-vault/callers.ts';
import { objects } from '../../support/csi-world.ts';
import { a, b, openBench, refOf, type Bench } from './bench.ts';

describe('failures of Key Vault by name', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });

  afterEach(() => bench.close());

  function fail(status: number): void {
    bench.vault.faults.add({
      matches: ({ name }) => name === objects.cert,
      effect: { kind: 'status', status, retryAfterSeconds: 3 },
    });
  }

  it('names the caller that is refused, what it needs and the command that gives it', async () => {
    fail(403);
    const { oid } = callerOf('meshturn');
    await expect(bench.source.read()).rejects.toMatchObject({
      code: 'KEY_VAULT_FORBIDDEN',
      retryable: false,
      details: { object: `secret ca-cert in ${bench.url}`, found: `403, caller ${oid}` },
      hint: expect.stringMatching(
        new RegExp(
          `^az role assignment create --role "Key Vault Secrets Officer" --assignee ${oid} --scope /subscriptions/.*/vaults/kv-a$`,
        ),
      ) as string,
    });
  });

  it('proposes an access policy where the vault works by those', () => {
    const message =
      "The user, group or application 'appid=1;oid=7d1c;iss=x' does not have secrets get permission on key vault 'kv-a;location=weu'.";
    const error = Object.assign(new Error(message), { name: 'RestError', statusCode: 403 });
    const problem = asVaultProblem(error, {
      url: 'https://kv-a.vault.azure.net',
      secret: 'ca-cert',
      right: 'get',
    });
    expect(problem.hint).toBe(
      'az keyvault set-policy --name kv-a --object-id 7d1c --secret-permissions get list set',
    );
  });

  it('names a missing secret', async () => {
    bench.vault.store.remove(objects.chain);
    bench.vault.store.purge(objects.chain);
    await expect(bench.source.read()).rejects.toMatchObject({
      code: 'KEY_VAULT_OBJECT_MISSING',
      details: { object: `secret cert-chain in ${bench.url}` },
      hint: expect.stringMatching(/az keyvault secret list --vault-name localhost$/) as string,
    });
  });

  it('tells a secret that was deleted and can be recovered from one that has never been', async () => {
    bench.vault.store.remove(objects.chain);
    await expect(bench.source.read()).rejects.toMatchObject({
      code: 'KEY_VAULT_OBJECT_DELETED',
      details: { object: `secret cert-chain in ${bench.url}` },
      hint: 'az keyvault secret recover --vault-name localhost --name cert-chain',
    });
  });

  it('says of a secret that is not there no more than that to one who may see no deleted ones', async () => {
    bench.vault.store.remove(objects.chain);
    let asked = 0;
    bench.vault.faults.add({
      matches: ({ name }) => name === objects.chain && (asked += 1) > 1,
      effect: { kind: 'status', status: 403 },
    });
    await expect(bench.source.read()).rejects.toMatchObject({ code: 'KEY_VAULT_OBJECT_MISSING' });
  });

  it('names a secret whose newest version is disabled', async () => {
    bench.vault.store.set(objects.root, b.files.root);
    bench.vault.store.update(objects.root, undefined, { attributes: { enabled: false } });
    await expect(bench.source.read()).rejects.toMatchObject({
      code: 'KEY_VAULT_OBJECT_DISABLED',
      hint: 'az keyvault secret set-attributes --enabled true --vault-name localhost --name root-cert',
    });
  });

  const readVersion = async (version: string) => {
    const { url, emulator, vault } = bench;
    const token = { token: vault.tokenFor('meshturn'), expiresOnTimestamp: Date.now() + 3_600_000 };
    const credential = { getToken: () => Promise.resolve(token) };
    return (await openVault({ url, emulator, credential })).version(objects.root, version);
  };

  it('names a version that is disabled while the newest is not', async () => {
    const { version } = bench.vault.store.get(objects.root);
    bench.vault.store.set(objects.root, b.files.root);
    bench.vault.store.update(objects.root, version, { attributes: { enabled: false } });
    await expect(readVersion(version)).rejects.toMatchObject({
      code: 'KEY_VAULT_VERSION_DISABLED',
      details: { object: `version ${version} of secret root-cert in ${bench.url}` },
      hint: `az keyvault secret set-attributes --enabled true --vault-name localhost --name root-cert --version ${version}`,
    });
  });

  it('names a version that is gone while the secret is there', async () => {
    const { version } = bench.vault.store.get(objects.root);
    bench.vault.store.remove(objects.root);
    bench.vault.store.purge(objects.root);
    bench.vault.store.set(objects.root, b.files.root);
    await expect(readVersion(version)).rejects.toMatchObject({
      code: 'KEY_VAULT_VERSION_MISSING',
      details: { object: `version ${version} of secret root-cert in ${bench.url}` },
      hint: expect.stringMatching(
        /^az keyvault secret list-versions --vault-name localhost --name root-cert;/,
      ) as string,
    });
  });

  it('tells a version of a secret that can be recovered from one that is gone', async () => {
    const { version } = bench.vault.store.get(objects.root);
    bench.vault.store.remove(objects.root);
    await expect(readVersion(version)).rejects.toMatchObject({ code: 'KEY_VAULT_OBJECT_DELETED' });
  });

  it('names a secret that is deleted while it is written', async () => {
    bench.vault.faults.add({
      matches: ({ method, name }) => {
        if (method === 'PUT' && name === objects.root) bench.vault.store.remove(objects.root);
        return false;
      },
      effect: { kind: 'delay', milliseconds: 0 },
    });
    const write = { roots: [a.root, b.root] };
    const from = { roots: [a.root], signer: a.signer };
    const input = { ref: refOf('add-roots'), write, newCa: b.newCa, from };
    await expect(bench.source.write(input)).rejects.toMatchObject({ code: 'KEY_VAULT_OBJECT_DELETED' });
  });

  it('takes throttling for passing and carries the time to wait', async () => {
    fail(429);
    const error: unknown = await bench.source.read().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'KEY_VAULT_THROTTLED', retryable: true });
    expect(retryAfterMs(error)).toBe(3_000);
  });

  it.each([500, 503])('takes %i for passing', async (status) => {
    fail(status);
    await expect(bench.source.read()).rejects.toMatchObject({
      code: 'KEY_VAULT_UNAVAILABLE',
      retryable: true,
    });
  });

  it('takes a connection that is cut for passing', async () => {
    bench.vault.faults.add({ matches: () => true, effect: { kind: 'cut', when: 'before' } });
    await expect(bench.source.read()).rejects.toMatchObject({
      code: 'KEY_VAULT_UNAVAILABLE',
      retryable: true,
    });
  });

  it('takes an answer that does not come in time for passing', () => {
    const error = Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });
    const call = { url: 'https://kv-a.vault.azure.net', secret: 'ca-cert', right: 'get' } as const;
    expect(asVaultProblem(error, call)).toMatchObject({ code: 'KEY_VAULT_UNAVAILABLE', retryable: true });
  });

  it('names a token file of an emulator that is not there', async () => {
    const { url, emulator } = bench;
    const source = await keyVaultSource({ url, objects, emulator: { ...emulator, tokenFile: '/no/token' } });
    await expect(source.read()).rejects.toMatchObject({
      code: 'FLEET_VALUE_INVALID',
      details: { object: "tokenFile /no/token of a vault's emulator", found: 'ENOENT' },
    });
  });

  it('takes a vault that nothing listens for as passing', async () => {
    const { url, emulator } = bench;
    const source = await keyVaultSource({ url, objects, emulator });
    await bench.close();
    await expect(source.read()).rejects.toMatchObject({
      code: 'KEY_VAULT_UNAVAILABLE',
      details: { found: 'ECONNREFUSED' },
    });
  });

  it('names an identity that the vault does not know', async () => {
    const { url, emulator } = bench;
    const credential = {
      getToken: () => Promise.resolve({ token: 'stranger', expiresOnTimestamp: Date.now() + 60_000 }),
    };
    const source = await keyVaultSource({ url, objects, emulator, credential });
    await expect(source.read()).rejects.toMatchObject({ code: 'KEY_VAULT_UNAUTHORIZED', retryable: false });
  });

  const asIdentity = async (error: Error) => {
    const { url, emulator } = bench;
    const credential = { getToken: () => Promise.reject(error) };
    return (await keyVaultSource({ url, objects, emulator, credential })).read();
  };
  const passing = { code: 'KEY_VAULT_IDENTITY_UNAVAILABLE', retryable: true };

  it.each([
    ['is throttled', new AuthenticationError(429, 'slow down')],
    ['fails', new AuthenticationError(503, 'down')],
    ['times out', new CredentialUnavailableError('the request to the endpoint timed out')],
    [
      'is cut off behind a chain of credentials',
      new AggregateAuthenticationError([
        new CredentialUnavailableError('EnvironmentCredential is unavailable'),
        new CredentialUnavailableError('WorkloadIdentityCredential: failed', {
          cause: Object.assign(new Error('a network error'), { errorCode: 'network_error' }),
        }),
      ]),
    ],
  ])('takes it for passing where what gives tokens %s', async (_, error) => {
    await expect(asIdentity(error)).rejects.toMatchObject(passing);
  });

  it('takes an identity that Entra ID refuses for one that a person must mend', async () => {
    const refused = new AuthenticationError(401, { error: 'invalid_client', error_description: 'no' });
    const unreachable = Object.assign(new Error('IMDS timed out'), { code: 'ETIMEDOUT' });
    await expect(asIdentity(new AggregateAuthenticationError([refused, unreachable]))).rejects.toMatchObject({
      code: 'KEY_VAULT_UNAUTHORIZED',
      retryable: false,
    });
  });

  it('takes an identity for passing that was there before', async () => {
    const { url, emulator, vault } = bench;
    let away = false;
    const credential = new LastingIdentity({
      getToken: () =>
        away
          ? Promise.reject(new CredentialUnavailableError('the IMDS endpoint is not available'))
          : Promise.resolve({
              token: vault.tokenFor('meshturn'),
              expiresOnTimestamp: Date.now() + 3_600_000,
            }),
    });
    const open = () => keyVaultSource({ url, objects, emulator, credential });
    await (await open()).read();
    away = true;
    await expect((await open()).read()).rejects.toMatchObject(passing);
  });

  it('is asked for by one identity of Azure, whatever the number of vaults', () => {
    const credentials = new VaultCredentials();
    expect(credentials.for(undefined)).toBe(credentials.for(undefined));
  });

  it('names an identity that cannot be had at all', async () => {
    const { url, emulator } = bench;
    const credential = { getToken: () => Promise.reject(new CredentialUnavailableError('no identity here')) };
    const source = await keyVaultSource({ url, objects, emulator, credential });
    await expect(source.read()).rejects.toMatchObject({ code: 'KEY_VAULT_UNAUTHORIZED' });
  });
});

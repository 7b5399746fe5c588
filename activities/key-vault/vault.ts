import { isRestError, SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets';
import type { TokenCredential } from '@azure/identity';
import type { VaultEmulator } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import { readEmulatorFile } from './emulator-file.ts';
import { asVaultProblem, softDeleted, type VaultCall } from './problems.ts';

/** One version of a secret, without its value. */
export interface VersionFacts {
  readonly secret: string;
  readonly version: string;
  readonly enabled: boolean;
  /** To the second: Key Vault keeps no more. */
  readonly createdOn: Date;
  readonly contentType: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SecretVersion {
  readonly facts: VersionFacts;
  readonly value: string;
}

/** The secrets of one vault. Every method throws the Problem that Key Vault's answer amounts to. */
export interface Vault {
  readonly url: string;
  newest(secret: string): Promise<SecretVersion>;
  version(secret: string, version: string): Promise<SecretVersion>;
  /** Newest first; versions of the same second in any order. */
  versions(secret: string): Promise<readonly VersionFacts[]>;
  /** Makes a version and returns its id. Not repeatable: see the note on retries in `openVault`. */
  put(
    secret: string,
    value: string,
    o: { readonly contentType: string | undefined; readonly tags: Readonly<Record<string, string>> },
  ): Promise<string>;
  /** Replaces the tags of a version; makes none. */
  setTags(secret: string, version: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Makes a version unreadable, until somebody enables it. */
  disable(secret: string, version: string): Promise<void>;
}

/** What Key Vault answers of a secret that was deleted as well: it does not tell one from the other. */
const missingCodes: ReadonlySet<string> = new Set(['KEY_VAULT_OBJECT_MISSING', 'KEY_VAULT_VERSION_MISSING']);

/** Key Vault answers within a second or two; whoever calls tries again. */
const answerLimit = 10_000;

/** The SDK's own time limit would keep the process alive for its whole length after a connection that failed. */
const bounded = (): { abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(answerLimit) });

/** A vault over HTTPS by Azure's SDK. Sends nothing yet; reads an emulator's CA file. */
export async function openVault(o: {
  readonly url: string;
  readonly credential: TokenCredential;
  readonly emulator?: VaultEmulator | undefined;
}): Promise<Vault> {
  const client = new SecretClient(o.url, o.credential, {
    // A PUT whose answer was lost would be sent again and make a second version. Whoever calls reads first,
    // and so finds the version that was made; the waits between attempts are Temporal's.
    retryOptions: { maxRetries: 0 },
    ...(await emulatorOptions(o.emulator)),
  });

  async function call<T>(
    secret: string,
    right: VaultCall['right'],
    send: () => Promise<T>,
    version?: string,
  ): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw asVaultProblem(error, { url: o.url, secret, version, right });
    }
  }

  async function get(secret: string, version?: string): Promise<SecretVersion> {
    const send = () =>
      client.getSecret(secret, { ...bounded(), ...(version === undefined ? {} : { version }) });
    const { properties, value = '' } = await call(secret, 'get', send, version);
    return { facts: factsOf(properties), value };
  }

  /** Asked only of a secret that is not there; one who may not see deleted ones learns no more than that. */
  async function isSoftDeleted(secret: string): Promise<boolean> {
    return call(secret, 'get', async () => {
      try {
        await client.getDeletedSecret(secret, bounded());
        return true;
      } catch (error) {
        if (isRestError(error) && (error.statusCode === 404 || error.statusCode === 403)) return false;
        throw error;
      }
    });
  }

  async function read(secret: string, version?: string): Promise<SecretVersion> {
    try {
      return await get(secret, version);
    } catch (error) {
      const isMissing = error instanceof Problem && missingCodes.has(error.code);
      throw isMissing && (await isSoftDeleted(secret)) ? softDeleted({ url: o.url, secret }) : error;
    }
  }

  return {
    url: o.url,
    newest: (secret) => read(secret),
    version: read,
    versions: (secret) =>
      call(secret, 'list', async () => {
        const all: VersionFacts[] = [];
        for await (const properties of client.listPropertiesOfSecretVersions(secret, bounded())) {
          all.push(factsOf(properties));
        }
        return all.sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
      }),
    put: async (secret, value, { contentType, tags }) => {
      const { properties } = await call(secret, 'set', () =>
        client.setSecret(secret, value, {
          tags: { ...tags },
          ...(contentType === undefined ? {} : { contentType }),
          ...bounded(),
        }),
      );
      return factsOf(properties).version;
    },
    setTags: async (secret, version, tags) => {
      await call(secret, 'set', () =>
        client.updateSecretProperties(secret, version, { tags: { ...tags }, ...bounded() }),
      );
    },
    disable: async (secret, version) => {
      await call(secret, 'set', () =>
        client.updateSecretProperties(secret, version, { enabled: false, ...bounded() }),
      );
    },
  };
}

/** An emulator lives at an address and behind a CA of its own, and knows no newest api-version. */
export async function emulatorOptions(emulator: VaultEmulator | undefined): Promise<
  Pick<SecretClientOptions, 'disableChallengeResourceVerification' | 'tlsOptions'> & {
    serviceVersion?: '7.4';
  }
> {
  if (emulator === undefined) return {};
  const ca = await readEmulatorFile('caFile', emulator.caFile);
  return { serviceVersion: '7.4', disableChallengeResourceVerification: true, tlsOptions: { ca } };
}

function factsOf(properties: {
  readonly name: string;
  readonly version?: string;
  readonly enabled?: boolean;
  readonly createdOn?: Date;
  readonly contentType?: string;
  readonly tags?: Record<string, string>;
}): VersionFacts {
  return {
    secret: properties.name,
    version: properties.version ?? '',
    enabled: properties.enabled ?? true,
    createdOn: properties.createdOn ?? new Date(0),
    contentType: properties.contentType,
    tags: properties.tags ?? {},
  };
}

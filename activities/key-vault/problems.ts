import { isRestError } from '@azure/keyvault-secrets';
import { Problem } from '../../problems/problem.ts';
import { withoutSecrets } from '../redact.ts';
import { isPassing } from './identity-failure.ts';
import { vaultName } from './source-name.ts';

/**
 * What Key Vault answered, without the SDK's request: its body may be a private key, and whoever stands in between may
 * say it again in the answer. `headers` has the Retry-After under the name that the retry policy looks for.
 */
class VaultFailure extends Error {
  override readonly name = 'VaultFailure';
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, status?: number, retryAfter?: string) {
    super(withoutSecrets(message));
    this.status = status;
    this.headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const seconds = Number(retryAfter);
    this.retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
  }
}

/** What was asked of which secret: for the object and the rights that an error names. */
export interface VaultCall {
  /** `https://kv-a.vault.azure.net` */
  readonly url: string;
  readonly secret: string;
  /** Of a read of one version by its id. */
  readonly version?: string | undefined;
  readonly right: 'get' | 'list' | 'set';
}

/** Names a failure of the SDK. Its error never becomes a cause: it holds the request with its body. */
export function asVaultProblem(error: unknown, call: VaultCall): Problem {
  if (error instanceof Problem) return error;
  const object = objectOf(call);
  if (!isRestError(error)) return withoutAnswer(error, object);
  const { statusCode: status, message } = error;
  const cause = new VaultFailure(message, status, error.response?.headers.get('retry-after'));
  const options = { cause };
  switch (status) {
    case undefined:
      return unavailable(object, error.code ?? 'no answer', options);
    case 401:
      return new Problem('KEY_VAULT_UNAUTHORIZED', { object, found: firstLine(message) }, options);
    case 403:
      return isDisabled(message)
        ? disabled(call, object, options)
        : forbidden(call, object, message, options);
    case 404:
      return missing(call, object, options);
    case 409:
      return conflict(call, object, message, options);
    case 429:
      return new Problem('KEY_VAULT_THROTTLED', { object, ...throttledFound(cause) }, options);
    default:
      return status >= 500 || status === 408
        ? unavailable(object, String(status), options)
        : new Problem('KEY_VAULT_REFUSED', { object, found: `${status} ${firstLine(message)}` }, options);
  }
}

function objectOf({ url, secret, version }: Omit<VaultCall, 'right'>): string {
  return `${version === undefined ? '' : `version ${version} of `}secret ${secret} in ${url}`;
}

function unavailable(object: string, found: string, options?: ErrorOptions): Problem {
  return new Problem('KEY_VAULT_UNAVAILABLE', { object, expected: 'an answer of the vault', found }, options);
}

/** Errors of the credential, of the SDK before it has sent anything, and of an answer that was given up. */
function withoutAnswer(error: unknown, object: string): Problem {
  const name = error instanceof Error ? error.name : 'no error';
  if (name === 'AbortError') return unavailable(object, 'no answer in time');
  const found = error instanceof Error ? firstLine(error.message) : 'what is thrown is no error';
  const isIdentity = /Authentication|Credential/.test(name);
  const options = { cause: new VaultFailure(found) };
  if (!isIdentity) return new Problem('KEY_VAULT_REFUSED', { object, found }, options);
  if (isPassing(error)) return new Problem('KEY_VAULT_IDENTITY_UNAVAILABLE', { object, found }, options);
  const hint = 'check the identity of the worker: AZURE_CLIENT_ID, AZURE_TENANT_ID, or az login';
  return new Problem('KEY_VAULT_UNAUTHORIZED', { object, found, hint }, options);
}

function isDisabled(message: string): boolean {
  return /not allowed on a disabled (secret|key)/.test(message);
}

function missing({ url, secret, version }: VaultCall, object: string, options: ErrorOptions): Problem {
  if (version !== undefined) {
    const hint = `az keyvault secret list-versions --vault-name ${vaultName(url)} --name ${secret}; a version that was purged comes back only out of a backup`;
    return new Problem('KEY_VAULT_VERSION_MISSING', { object, found: '404 SecretNotFound', hint }, options);
  }
  const hint = `compare the object names in the SecretProviderClass with: az keyvault secret list --vault-name ${vaultName(url)}`;
  return new Problem('KEY_VAULT_OBJECT_MISSING', { object, found: '404 SecretNotFound', hint }, options);
}

function disabled({ url, secret, version }: VaultCall, object: string, options: ErrorOptions): Problem {
  const hint = `az keyvault secret set-attributes --enabled true --vault-name ${vaultName(url)} --name ${secret}`;
  if (version !== undefined) {
    return new Problem(
      'KEY_VAULT_VERSION_DISABLED',
      { object, hint: `${hint} --version ${version}` },
      options,
    );
  }
  return new Problem('KEY_VAULT_OBJECT_DISABLED', { object, hint }, options);
}

function callerIn(message: string): string | undefined {
  return /\boid=([0-9a-f-]+)/i.exec(message)?.[1];
}

/**
 * The command that gives whoever was refused what it lacks, by access policy or by role, as the vault has it. Key Vault's
 * message names the caller and, where it uses RBAC, the resource that the role must cover.
 */
export function grantOf(
  message: string,
  url: string,
  { role, policy }: { readonly role: string; readonly policy: string },
): string {
  const assignee = callerIn(message) ?? 'OBJECT_ID';
  const vault = vaultName(url);
  if (message.includes('permission on key vault'))
    return `az keyvault set-policy --name ${vault} --object-id ${assignee} ${policy}`;
  const scope = /Resource: '([^']+?)\/(?:secrets|keys)\/[^']*'/.exec(message)?.[1];
  return `az role assignment create --role "${role}" --assignee ${assignee} --scope ${scope ?? `$(az keyvault show --name ${vault} --query id -o tsv)`}`;
}

function forbidden(
  { url, right }: VaultCall,
  object: string,
  message: string,
  options: ErrorOptions,
): Problem {
  const caller = callerIn(message);
  const hint = grantOf(message, url, {
    role: 'Key Vault Secrets Officer',
    policy: '--secret-permissions get list set',
  });
  const found = caller === undefined ? '403' : `403, caller ${caller}`;
  return new Problem(
    'KEY_VAULT_FORBIDDEN',
    { object, expected: `secrets ${right}, and in all get, list, set`, found, hint },
    options,
  );
}

function conflict(call: VaultCall, object: string, message: string, options: ErrorOptions): Problem {
  return message.includes('deleted but recoverable')
    ? softDeleted(call, options)
    : unavailable(object, `409 ${firstLine(message)}`, options);
}

/** For a write that is refused, and for a read that finds nothing: Key Vault answers that one as if it had never been. */
export function softDeleted({ url, secret }: Omit<VaultCall, 'right'>, options?: ErrorOptions): Problem {
  const hint = `az keyvault secret recover --vault-name ${vaultName(url)} --name ${secret}`;
  return new Problem('KEY_VAULT_OBJECT_DELETED', { object: `secret ${secret} in ${url}`, hint }, options);
}

function throttledFound({ retryAfterSeconds }: VaultFailure): { found?: string } {
  return retryAfterSeconds === undefined ? {} : { found: `429, come back in ${retryAfterSeconds} s` };
}

/** Of a text without what looks like a secret: a block is known by the whole of it. */
function firstLine(text: string): string {
  return withoutSecrets(text).split(/\r?\n/, 1)[0] ?? '';
}

import { RestError } from '@azure/storage-blob';
import { Problem } from '../../problems/problem.ts';
import { withoutSecrets } from '../redact.ts';
import { isPassing } from '../key-vault/identity-failure.ts';

/** Codes of an answer that says a blob of this name is there, and that nothing was written. */
const thereCodes = new Set(['BlobAlreadyExists', 'ConditionNotMet', 'BlobImmutableDueToPolicy']);

export function isThere(error: unknown): boolean {
  return error instanceof RestError && thereCodes.has(error.code ?? '');
}

/** What Blob storage answered, without the SDK's request, which holds a token. */
class BlobFailure extends Error {
  override readonly name = 'BlobFailure';
  /** Retry-After, where the retry policy looks for it. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, retryAfter?: string) {
    super(withoutSecrets(message));
    this.headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  }
}

/** Names a failure of the SDK or of its credential. */
export function asBlobProblem(error: unknown, url: string): Problem {
  const object = `container ${url}`;
  if (error instanceof Problem) {
    if (error.code !== 'KEY_VAULT_IDENTITY_UNAVAILABLE') return error;
    return new Problem('EVIDENCE_STORE_UNAVAILABLE', {
      object,
      found: 'no token, though there was one before',
    });
  }
  if (!(error instanceof RestError)) return withoutAnswer(error, object);
  const { statusCode: status, code = '' } = error;
  const found = status === undefined ? code || 'no answer' : `${status} ${code}`.trim();
  const cause = new BlobFailure(found, error.response?.headers.get('retry-after'));
  const details = { object, found };
  if (
    status === undefined ||
    status === 408 ||
    status === 429 ||
    status >= 500 ||
    code === 'ContainerBeingDeleted'
  ) {
    return new Problem('EVIDENCE_STORE_UNAVAILABLE', details, { cause });
  }
  if (status === 401 || status === 403) {
    const hint = hintOf(code, url);
    return new Problem('EVIDENCE_STORE_FORBIDDEN', hint === undefined ? details : { ...details, hint }, {
      cause,
    });
  }
  if (code === 'ContainerNotFound') {
    const { account, container } = partsOf(url);
    const hint = `az storage container create --auth-mode login --account-name ${account} --name ${container}; then: meshturn rotation retry …`;
    return new Problem('EVIDENCE_STORE_MISSING', { ...details, hint }, { cause });
  }
  return new Problem('EVIDENCE_STORE_UNUSABLE', details, { cause });
}

/** A role, where the identity lacks one; the network's rules refuse whoever asks from elsewhere. */
function hintOf(code: string, url: string): string | undefined {
  const { account, container } = partsOf(url);
  if (code === 'AuthorizationFailure') {
    return `let the worker's network through: az storage account network-rule list --account-name ${account}; then: meshturn rotation retry …`;
  }
  if (code !== 'AuthorizationPermissionMismatch') return undefined;
  const scope = `$(az storage account show --name ${account} --query id -o tsv)/blobServices/default/containers/${container}`;
  return `az role assignment create --role "Storage Blob Data Contributor" --assignee OBJECT_ID --scope ${scope}; then: meshturn rotation retry …`;
}

function partsOf(url: string): { readonly account: string; readonly container: string } {
  const { hostname, pathname } = new URL(url);
  return { account: hostname.split('.', 1)[0] ?? hostname, container: pathname.slice(1) };
}

/** Errors of the credential, and of an answer that was given up. */
function withoutAnswer(error: unknown, object: string): Problem {
  const name = error instanceof Error ? error.name : 'no error';
  if (name === 'AbortError' || isPassing(error)) {
    return new Problem('EVIDENCE_STORE_UNAVAILABLE', { object, found: 'no answer in time' });
  }
  const found = error instanceof Error ? (withoutSecrets(error.message).split(/\r?\n/, 1)[0] ?? name) : name;
  const cause = new BlobFailure(found);
  if (!/Authentication|Credential/.test(name))
    return new Problem('EVIDENCE_STORE_UNUSABLE', { object, found }, { cause });
  const hint =
    'check the identity of the worker: AZURE_CLIENT_ID, AZURE_TENANT_ID, or az login; then: meshturn rotation retry …';
  return new Problem('EVIDENCE_STORE_FORBIDDEN', { object, found, hint }, { cause });
}

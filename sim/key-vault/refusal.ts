/** An answer of the vault that is not 2xx: the status and the body's `error`, as Key Vault words them. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly inner: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { readonly inner?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.inner = more.inner;
    this.headers = more.headers ?? {};
  }

  /** The JSON body. */
  body(): object {
    const { code, message, inner } = this;
    return { error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } };
  }
}

export function notFound(id: string): Refusal {
  return new Refusal(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${id} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

export function disabled(): Refusal {
  return new Refusal(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', {
    inner: 'SecretDisabled',
  });
}

export function keyNotFound(id: string): Refusal {
  return new Refusal(
    404,
    'KeyNotFound',
    `A key with (name/id) ${id} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

export function keyDisabled(operation: 'get' | 'sign'): Refusal {
  return new Refusal(403, 'Forbidden', `Operation ${operation} is not allowed on a disabled key.`, {
    inner: 'KeyDisabled',
  });
}

/** Of one that may not sign: `Operation sign is not allowed on an expired key.` */
export function keyUnfit(words: string, inner: string): Refusal {
  return new Refusal(403, 'Forbidden', `Operation sign is not ${words}.`, { inner });
}

export function deletedButRecoverable(name: string): Refusal {
  return new Refusal(
    409,
    'Conflict',
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    { inner: 'ObjectIsDeletedButRecoverable' },
  );
}

export function tooLarge(limit: number): Refusal {
  const message = `Secret is beyond the maximum permitted length of ${limit} characters.`;
  return new Refusal(400, 'BadParameter', message, { inner: 'SecretTooLarge' });
}

export function badParameter(message: string): Refusal {
  return new Refusal(400, 'BadParameter', message);
}

export function throttled(retryAfterSeconds: number): Refusal {
  return new Refusal(
    429,
    'Throttled',
    'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached',
    { headers: { 'retry-after': String(retryAfterSeconds) } },
  );
}

/** What a caller without a role assignment for the action is told; `action` as in Azure's role definitions. */
export function forbidden(o: {
  readonly caller: Caller;
  readonly action: string;
  readonly vault: string;
  readonly name: string;
  readonly collection?: 'secrets' | 'keys' | undefined;
}): Refusal {
  const { collection = 'secrets' } = o;
  const resource = `/subscriptions/${subscription}/resourcegroups/mesh/providers/microsoft.keyvault/vaults/${o.vault}/${collection}/${o.name}`;
  const lines = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Caller: appid=${o.caller.appId};oid=${o.caller.oid};iss=https://sts.windows.net/${tenant}/`,
    `Action: 'Microsoft.KeyVault/vaults/${collection}/${o.action}'`,
    `Resource: '${resource}'`,
    'Assignment: (not found)',
    'DenyAssignmentId: null',
    "DecisionReason: 'DeniedWithNoValidRBAC' ",
    `Vault: ${o.vault};location=westeurope`,
    '',
  ];
  return new Refusal(403, 'Forbidden', lines.join('\r\n'), { inner: 'ForbiddenByRbac' });
}

/** Who asks: the ids that Microsoft Entra would have put into the token. */
export interface Caller {
  readonly name: string;
  readonly oid: string;
  readonly appId: string;
}

/** The tenant that the vault lives in. */
export const tenant = '8c1f5d1e-63a4-4c5c-9d53-6a0d9a0c2f11';
const subscription = '2f0cfe7c-3c5c-4a5b-8f4e-0a4b7b8fd0c2';

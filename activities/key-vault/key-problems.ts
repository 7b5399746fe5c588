import { Problem } from '../../problems/problem.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import { asVaultProblem, grantOf } from './problems.ts';
import { vaultName } from './source-name.ts';

/** What was asked of which key. */
export interface KeyCall {
  /** `https://kv-a.vault.azure.net` */
  readonly url: string;
  readonly key: string;
  readonly version: string | undefined;
  readonly right: 'get' | 'sign';
}

type Own = (call: KeyCall, message: string) => { readonly expected?: string; readonly hint: string };

/** What differs from a secret where a key is refused. */
const own: ReadonlyMap<ProblemCode, Own> = new Map<ProblemCode, Own>([
  [
    'KEY_VAULT_FORBIDDEN',
    ({ url, right }, message) => ({
      expected: `keys ${right}, and in all get, sign`,
      hint: grantOf(message, url, { role: 'Key Vault Crypto User', policy: '--key-permissions get sign' }),
    }),
  ],
  [
    'KEY_VAULT_OBJECT_DISABLED',
    (call) => ({ hint: `az keyvault key set-attributes --enabled true ${named(call)}` }),
  ],
  [
    'KEY_VAULT_OBJECT_MISSING',
    ({ url }) => ({
      hint: `compare issuer in the fleet file with: az keyvault key list --vault-name ${vaultName(url)}`,
    }),
  ],
]);

/** Names a failure of the SDK's clients of keys, as `asVaultProblem` does for secrets. */
export function asKeyProblem(error: unknown, call: KeyCall): Problem {
  if (error instanceof Problem) return error;
  const { url, key, version } = call;
  const { code, details, cause } = asVaultProblem(error, { url, secret: key, right: 'get' });
  const object = `${version === undefined ? '' : `version ${version} of `}key ${key} in ${url}`;
  const found = details.found?.replace('404 SecretNotFound', '404 KeyNotFound');
  const told = { ...details, object, ...(found === undefined ? {} : { found }) };
  const message = error instanceof Error ? error.message : '';
  return new Problem(code, { ...told, ...own.get(code)?.(call, message) }, { cause });
}

/** As `az keyvault key` takes it. */
export function named({ url, key, version }: Omit<KeyCall, 'right'>): string {
  const of = version === undefined ? '' : ` --version ${version}`;
  return `--vault-name ${vaultName(url)} --name ${key}${of}`;
}

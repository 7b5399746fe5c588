import { Problem } from '../../problems/problem.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import { asVaultProblem } from './problems.ts';
import { vaultName } from './source-name.ts';

/** What was asked of which key. */
export interface KeyCall {
  /** `https://kv-a.vault.azure.net` */
  readonly url: string;
  readonly key: string;
  readonly version: string | undefined;
  readonly right: 'get' | 'sign';
}

/** What differs from a secret where a key is refused. */
const own: ReadonlyMap<
  ProblemCode,
  (call: KeyCall) => { readonly expected?: string; readonly hint: string }
> = new Map([
  [
    'KEY_VAULT_FORBIDDEN',
    ({ url, right }) => ({
      expected: `keys ${right}, and in all get, sign`,
      hint: `az role assignment create --role "Key Vault Crypto User" --assignee OBJECT_ID --scope $(az keyvault show --name ${vaultName(url)} --query id -o tsv)`,
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
  return new Problem(code, { ...told, ...own.get(code)?.(call) }, { cause });
}

function named({ url, key, version }: KeyCall): string {
  const of = version === undefined ? '' : ` --version ${version}`;
  return `--vault-name ${vaultName(url)} --name ${key}${of}`;
}

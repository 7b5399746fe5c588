import { z } from 'zod';

/*
 * The scalars of a fleet file. The message of each is what was expected, as the end of `expected …`; what was
 * found is told by whoever reports the issue.
 */

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

export const text = z.string('a string').min(1, 'a string that is not empty');

/** Names become workflow ids and arguments of commands: DNS labels need no quoting in either. */
export const label = z
  .string('a DNS label')
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'a DNS label (lowercase letters, digits and -, at most 63)');

export const trustDomain = z
  .string('a trust domain')
  .regex(/^[a-z0-9._-]{1,255}$/, 'a trust domain (lowercase letters, digits and . _ -)');

/** `90s`, `15m`, `2h`, `1d`, as seconds. */
export const duration = z
  .string('a duration with a unit, such as 90s or 15m')
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'a duration with a unit, such as 90s or 15m')
  .transform((written) => Number.parseInt(written, 10) * unitSeconds[unitOf(written)]);

function unitOf(written: string): keyof typeof unitSeconds {
  if (written.endsWith('s')) return 's';
  if (written.endsWith('m')) return 'm';
  return written.endsWith('h') ? 'h' : 'd';
}

/** `10%`, as a number. */
export const percent = z
  .string('a percentage, such as 10%')
  .regex(/^([1-9]\d?|100)%$/, 'a percentage from 1% to 100%')
  .transform((written) => Number.parseInt(written, 10));

export const count = z.int('a whole number').min(1, 'a whole number from 1').max(1000, 'at most 1000');

export const flag = z.boolean('true or false');

/** The SDK of Key Vault takes a URL without a path. */
export const vaultUrl = z
  .string('the URL of a vault, such as https://NAME.vault.azure.net')
  .refine(isVaultUrl, 'the URL of a vault, such as https://NAME.vault.azure.net')
  .transform((written) => written.replace(/\/$/, ''));

function isVaultUrl(written: string): boolean {
  return plainUrl(written)?.pathname === '/';
}

/** Undefined where it is none of https, or says more than host and path: a password would be printed with it. */
function plainUrl(written: string): URL | undefined {
  const url = URL.parse(written);
  if (url?.protocol !== 'https:') return undefined;
  return [url.username, url.password, url.search, url.hash].join('') === '' ? url : undefined;
}

/** As Key Vault names a key, and a version of it. */
export const vaultKey = z
  .string('the id of a key, such as https://NAME.vault.azure.net/keys/KEY')
  .refine(isVaultKey, 'the id of a key, such as https://NAME.vault.azure.net/keys/KEY, or of a version of it')
  // Rights in a Managed HSM are its own, as are their names and commands.
  .refine(
    (written) => !/^https:\/\/[^/]*\.managedhsm\./i.test(written),
    'the id of a key in a vault: those of a Managed HSM are not supported',
  )
  .transform((written) => written.replace(/\/$/, ''));

function isVaultKey(written: string): boolean {
  return /^\/keys\/[0-9A-Za-z-]{1,127}(\/[0-9a-f]{32})?\/?$/.test(plainUrl(written)?.pathname ?? '');
}

export const variableName = z
  .string('the name of an environment variable')
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable');

/** Of one container, without the rest of a path: names of documents are put behind it. */
export const containerUrl = z
  .string('the URL of a container, such as https://ACCOUNT.blob.core.windows.net/CONTAINER')
  .refine(
    isContainerUrl,
    'the URL of a container without a query, such as https://ACCOUNT.blob.core.windows.net/CONTAINER',
  )
  .transform((written) => written.replace(/\/$/, ''));

function isContainerUrl(written: string): boolean {
  return /^\/(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]\/?$/.test(plainUrl(written)?.pathname ?? '');
}

/** As `openssl x509 -fingerprint -sha256` prints it, or without its colons; as lowercase hexadecimal. */
export const fingerprint = z
  .string('the SHA-256 fingerprint of a certificate')
  .regex(
    /^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$/,
    'the SHA-256 fingerprint of a certificate (64 hexadecimal digits)',
  )
  .transform((written) => written.replaceAll(':', '').toLowerCase());

export const secretName = z
  .string('the name of a secret in Key Vault')
  .regex(/^[0-9A-Za-z-]{1,127}$/, 'the name of a secret in Key Vault (letters, digits and -)');

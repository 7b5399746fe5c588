import { hidden, withoutKeyForms } from './key-forms.ts';
import { isRandom } from './random-run.ts';

/** Beyond this the server cuts a failure in its mutable state (4 KB, all of it counted). */
const longestText = 1000;

/**
 * A text without what looks like a secret. Texts of foreign libraries may quote what they were given: PEM
 * blocks, tokens, long base64 runs, and keys in the other forms that programs write.
 */
export function withoutSecrets(text: string): string {
  return secretsHidden(text).slice(0, longestText);
}

/** The same at its whole length. A text that was cut may begin within a secret that nothing tells any more. */
export function secretsHidden(text: string): string {
  return text
    .split(azureResource)
    .map((part, index) => (index % 2 === 1 ? part : withoutRuns(part)))
    .join('')
    .replaceAll(runAndTail, hidden);
}

/** The id of an Azure resource, which hints have to quote in full: a name in it has at most 90 characters. */
const azureResource =
  /(\/subscriptions\/[0-9a-f-]{36}\/resourcegroups\/[\w.-]{1,90}(?:\/[a-z][\w.-]{0,89}){1,6}(?![\w+/=-]))/i;

function withoutRuns(text: string): string {
  const bare = text
    .replaceAll(/-----BEGIN [^-]*-----[\s\S]*?(-----END [^-]*-----|$)/g, '[PEM block]')
    .replaceAll(/\bBearer\s+\S+/gi, 'Bearer [token]')
    .replaceAll(/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '[token]');
  return withoutKeyForms(bare).replaceAll(/[A-Za-z0-9+/_=-]{60,}/g, (run) => (isSecret(run) ? hidden : run));
}

/** Lines that were hidden one by one, and the shorter line that a base64 text ends with. */
const runAndTail =
  /\[long value\](?:(?:\s|\\r|\\n)*\[long value\])*(?:(?:\r?\n|\\n)[A-Za-z0-9+/]+={0,2}(?=\s*$|\r?\n|\\n|["']))?/g;

/** One line of a PEM body gives a key away, and so does a long token. Fingerprints have 64 digits, all hexadecimal. */
function isSecret(run: string): boolean {
  if (/^[0-9a-f]+$/i.test(run)) return run.length >= 80;
  return isRandom(run) || (run.length >= 80 && !run.includes('/'));
}

/** A value of plain data with every text in it, however deep, without secrets. */
export function redacted<T>(value: T): T {
  // Each value keeps its type: nothing but the contents of texts changes.
  return redactedValue(value) as T;
}

function redactedValue(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(redactedValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactedValue(part)]));
}

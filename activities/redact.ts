/** Beyond this the server cuts a failure in its mutable state (4 KB, all of it counted). */
const longestText = 1000;

/**
 * A text without what looks like a secret. Texts of foreign libraries may quote what they were given: PEM
 * blocks, tokens, long base64 runs, also those that are broken into lines of 64 columns.
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
  return text
    .replaceAll(/-----BEGIN [^-]*-----[\s\S]*?(-----END [^-]*-----|$)/g, '[PEM block]')
    .replaceAll(/\bBearer\s+\S+/gi, 'Bearer [token]')
    .replaceAll(/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '[token]')
    .replaceAll(/[A-Za-z0-9+/_=-]{60,}/g, (run) => (isSecret(run) ? hidden : run));
}

const hidden = '[long value]';

/** Lines that were hidden one by one, and the shorter line that a base64 text ends with. */
const runAndTail =
  /\[long value\](?:(?:\s|\\r|\\n)*\[long value\])*(?:(?:\r?\n|\\n)[A-Za-z0-9+/]+={0,2}(?=\s*$|\r?\n|\\n|["']))?/g;

/**
 * One line of a PEM body gives a key away, and so does a long token. Fingerprints have 64 digits, all hexadecimal.
 * Paths of files are as long, but few of their letters are capitals, and letters of one kind stand together: of base64
 * two in five are capitals, and three in five characters are followed by another kind. Of ten million lines of a key
 * one or two have so little of both that they pass for a path. The ids in a path say nothing of what it is: without
 * this the names of documents of evidence, which hold UUIDs, are hidden in one of some thousand rotations.
 */
function isSecret(run: string): boolean {
  if (/^[0-9a-f]+$/i.test(run)) return run.length >= 80;
  const capitals = run.replaceAll(/[^A-Z]/g, '').length;
  if (capitals >= run.length / 6 && /[a-z]/.test(run)) return true;
  const plain = run.replaceAll(ids, '').replaceAll(/[^A-Za-z0-9]/g, '');
  if ((plain.match(kinds) ?? []).length > plain.length * 0.4) return true;
  return run.length >= 80 && !run.includes('/');
}

/** Parts of UUIDs, of run ids and of rotation ids. */
const ids =
  /(?<![A-Za-z0-9+=])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,})(?![A-Za-z0-9+=])/g;

/** Characters of one kind that stand together. */
const kinds = /[A-Z]+|[a-z]+|[0-9]+/g;

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

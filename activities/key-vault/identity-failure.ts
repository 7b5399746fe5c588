import { z } from 'zod';

const facts = z.object({
  name: z.string().catch(''),
  message: z.string().catch(''),
  statusCode: z.number().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  errorCode: z.string().optional().catch(undefined),
});

/** How deep causes and parts are followed; @azure/identity wraps MSAL, which wraps the network's. */
const deepest = 6;

/** As MSAL and Node call a network that fails: a status of theirs where one came is looked at before. */
const passingCodes = new Set([
  ...['network_error', 'endpoints_resolution_error', 'openid_config_error', 'request_timeout'],
  ...['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'],
  ...['EPIPE', 'REQUEST_SEND_ERROR'],
]);
const passingWords =
  /\btime(d|-)?\s?out\b|network unreachable|resolve endpoints|socket hang up|ECONNRESET|EAI_AGAIN|ETIMEDOUT/i;

/** Whether an identity failed because what gives tokens did not answer, or not well: 408, 429, 5xx, network. */
export function isPassing(error: unknown): boolean {
  return !isRefusal(error) && failures(error).some(passes);
}

/** Whether Entra ID answered and refused the identity. */
export function isRefusal(error: unknown): boolean {
  return failures(error).some(({ statusCode = 0 }) => statusCode >= 400 && !passingStatus(statusCode));
}

function passes({ name, message, statusCode = 0, code = '', errorCode = '' }: Facts): boolean {
  if (passingStatus(statusCode) || name === 'AbortError' || name === 'TimeoutError') return true;
  return passingCodes.has(code) || passingCodes.has(errorCode) || passingWords.test(message);
}

function passingStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

type Facts = z.output<typeof facts>;

/** An error, the causes of it and, of a chain of credentials, the failure of each. */
function failures(error: unknown, depth = 0): readonly Facts[] {
  const parsed = facts.safeParse(error);
  if (!parsed.success || depth > deepest) return [];
  const parts: readonly unknown[] = hasErrors(error) ? error.errors : [];
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return [parsed.data, ...[...parts, cause].flatMap((part) => failures(part, depth + 1))];
}

function hasErrors(error: unknown): error is { readonly errors: readonly unknown[] } {
  return typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors);
}

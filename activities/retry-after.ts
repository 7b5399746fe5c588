/**
 * How long the server at the other end asks to be left alone, in milliseconds: the Retry-After header (RFC
 * 9110 §10.2.3, seconds or a date) of an HTTP error, wherever in its chain of causes the header is. Knows the
 * shapes of @azure/core-rest-pipeline (`response.headers.get`) and @kubernetes/client-node (`headers`).
 */
export function retryAfterMs(error: unknown, now: number = Date.now()): number | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    const header = headerOf(at);
    if (header !== undefined) return parse(header, now);
  }
  return undefined;
}

function headerOf(error: Error): string | undefined {
  const response: unknown = 'response' in error ? error.response : error;
  if (!isObject(response) || !isObject(response['headers'])) return undefined;
  const { headers } = response;
  const value: unknown =
    typeof headers['get'] === 'function'
      ? headers['get'].call(headers, 'retry-after')
      : headers['retry-after'];
  return typeof value === 'string' ? value : undefined;
}

function parse(header: string, now: number): number | undefined {
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

import {
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  type HttpLibrary,
  type KubeConfig,
  RequestContext,
  ResponseContext,
  wrapHttpLibrary,
} from '@kubernetes/client-node';

const http = new IsomorphicFetchHttpLibrary();
const readiness = '/readyz';
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const review = JSON.stringify({
  ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
  spec: { nonResourceAttributes: { verb: 'get', path: readiness } },
});

/**
 * Why an API server refuses with 403 what it may allow in a moment: it starts, and has not loaded yet who may do what.
 * Undefined where the refusal stands. What is asked here everybody may ask once that is loaded, and where a cluster has
 * taken the right to the one, the answer to the other tells that it is loaded (docs/decisions/0009).
 */
export async function notReady(config: KubeConfig): Promise<string | undefined> {
  const first = await ask(config, readiness);
  if (first.code >= 500) return `it is not ready: ${missing(first.text)}`;
  if (first.code !== 403) return undefined;
  const reviewed = await ask(config, reviews, review);
  const loaded = reviewed.code !== 403 && (await ask(config, readiness)).code === 403;
  return loaded ? undefined : 'it is not ready: it has not loaded yet who may do what';
}

/**
 * Sends requests as the library does by itself; where the API server refuses one only because it starts, the answer is
 * a 503. One that it refused just before it was ready is sent again.
 */
export function patientHttp(config: KubeConfig): HttpLibrary {
  return wrapHttpLibrary({
    send: async (request) => {
      const answer = await http.send(request).toPromise();
      if (answer.httpStatusCode !== 403) return answer;
      await answer.body.text();
      const message = await notReady(config);
      if (message === undefined) return http.send(request).toPromise();
      const text = JSON.stringify({
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        code: 503,
        message,
      });
      return new ResponseContext(503, answer.headers, { ...answer.body, text: () => Promise.resolve(text) });
    },
  });
}

async function ask(
  config: KubeConfig,
  path: string,
  body?: string,
): Promise<{ readonly code: number; readonly text: string }> {
  const server = config.getCurrentCluster()?.server ?? '';
  const request = new RequestContext(
    `${server}${path}`,
    body === undefined ? HttpMethod.GET : HttpMethod.POST,
  );
  if (body !== undefined) {
    request.setHeaderParam('Content-Type', 'application/json');
    request.setBody(body);
  }
  await config.applySecurityAuthentication(request);
  const answer = await http.send(request).toPromise();
  return { code: answer.httpStatusCode, text: await answer.body.text() };
}

/** The checks that failed, a line each in the answer. */
function missing(answer: string): string {
  const lines = answer.split('\n').filter((line) => line.startsWith('[-]'));
  return lines.length === 0
    ? 'it does not say why'
    : lines.map((line) => line.slice('[-]'.length)).join(', ');
}

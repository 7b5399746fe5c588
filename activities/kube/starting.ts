import {
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  type HttpLibrary,
  type KubeConfig,
  RequestContext,
  ResponseContext,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import { z } from 'zod';
import type { Asked } from './forbidden.ts';

const http = new IsomorphicFetchHttpLibrary();
const readiness = '/readyz';
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
/** What all that is asked about one refusal may take, in milliseconds: whoever was refused waits for it. */
const mostWait = 5_000;
const reviewed = z.object({ status: z.object({ allowed: z.boolean() }) });

/** The reason in the Status that takes the place of a refusal: none of Kubernetes' own. */
export const startingReason = 'Starting';

/**
 * Why an API server refuses with 403 what it may allow in a moment: it starts, and has not loaded yet who may do what.
 * Undefined where the refusal stands. What is asked here everybody may ask once that is loaded, and where a cluster has
 * taken the right to the one, the answer to the other tells that it is loaded (docs/decisions/0009).
 */
export async function notReady(config: KubeConfig): Promise<string | undefined> {
  const signal = AbortSignal.timeout(mostWait);
  const first = await ask(config, signal, readiness);
  if (first.code >= 500) return `it is not ready: ${missing(first.text)}`;
  if (first.code !== 403) return undefined;
  const review = await ask(config, signal, reviews, {
    nonResourceAttributes: { verb: 'get', path: readiness },
  });
  // Any other answer, as one to too many requests at a time, may come before the server looks who asks.
  const loaded = review.code === 201 && (await ask(config, signal, readiness)).code === 403;
  return loaded ? undefined : 'it is not ready: it has not loaded yet who may do what';
}

/** True where the caller may do now what it was refused. */
export async function isAllowedNow(config: KubeConfig, asked: Asked): Promise<boolean> {
  const signal = AbortSignal.timeout(mostWait);
  const { verbs, group, namespace, name } = asked;
  const [resource, subresource] = asked.resource.split('/');
  for (const verb of verbs) {
    const resourceAttributes = { verb, group, resource, subresource, namespace, name };
    const { text } = await ask(config, signal, reviews, { resourceAttributes });
    if (!reviewed.safeParse(JSON.parse(text)).data?.status.allowed) return false;
  }
  return true;
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
        ...{ reason: startingReason, message },
      });
      return new ResponseContext(503, answer.headers, { ...answer.body, text: () => Promise.resolve(text) });
    },
  });
}

/** @param spec of a SelfSubjectAccessReview that is to be made there */
async function ask(
  config: KubeConfig,
  signal: AbortSignal,
  path: string,
  spec?: object,
): Promise<{ readonly code: number; readonly text: string }> {
  const server = config.getCurrentCluster()?.server ?? '';
  const request = new RequestContext(
    `${server}${path}`,
    spec === undefined ? HttpMethod.GET : HttpMethod.POST,
  );
  if (spec !== undefined) {
    request.setHeaderParam('Content-Type', 'application/json');
    request.setBody(
      JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec }),
    );
  }
  request.setSignal(signal);
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

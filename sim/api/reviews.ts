import { z } from 'zod';
import { existing, type Call } from './call.ts';
import { readBody } from './incoming.ts';
import { ApiError } from './status.ts';
import { apiAudience } from './tokens.ts';

const tokenReview = z.object({
  spec: z.object({ token: z.string(), audiences: z.array(z.string()).default([apiAudience]) }),
});

/** Says whose a token is (authentication.k8s.io/v1 TokenReview). */
export function reviewToken({ cluster, body }: Call): unknown {
  const { spec } = tokenReview.parse(readBody(body));
  const reviews = spec.audiences.map((audience) => cluster.tokens.review(spec.token, audience));
  const review = reviews.find(({ authenticated }) => authenticated) ?? reviews[0];
  const status = review?.authenticated
    ? {
        authenticated: true,
        user: { username: review.username, groups: review.groups },
        audiences: review.audiences,
      }
    : { user: {}, error: review?.error };
  return { kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec, status };
}

const tokenRequest = z.object({
  spec: z.object({
    audiences: z.array(z.string()).optional(),
    expirationSeconds: z.number().nullish(),
    boundObjectRef: z
      .looseObject({ kind: z.string(), name: z.string(), uid: z.string().optional() })
      .nullish(),
  }),
});

/** Mints a token of a ServiceAccount (authentication.k8s.io/v1 TokenRequest). */
export function requestToken(call: Call): unknown {
  const { cluster, namespace = '', name: serviceAccount = '', body } = call;
  existing(call);
  const { spec } = tokenRequest.parse(readBody(body));
  const audiences = spec.audiences?.length ? spec.audiences : [apiAudience];
  const expirationSeconds = spec.expirationSeconds ?? 3600;
  if (expirationSeconds < 600) {
    const message = `TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ${String(expirationSeconds)}: may not specify a duration less than 10 minutes`;
    throw new ApiError('Invalid', message, { group: 'authentication.k8s.io', kind: 'TokenRequest' });
  }
  const bound = spec.boundObjectRef;
  const status = cluster.tokens.mint({
    ...{ namespace, serviceAccount, audiences, expirationSeconds },
    ...(bound?.kind === 'Pod' ? { pod: { name: bound.name, uid: bound.uid ?? '' } } : {}),
  });
  return {
    ...{ kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1' },
    metadata: { name: serviceAccount, namespace },
    ...{ spec: { ...spec, audiences, expirationSeconds }, status },
  };
}

const accessReview = z.object({
  spec: z.object({
    resourceAttributes: z.looseObject({
      namespace: z.string().optional(),
      verb: z.string().default('*'),
      group: z.string().default(''),
      resource: z.string().default('*'),
      subresource: z.string().optional(),
      name: z.string().optional(),
    }),
  }),
});

/** Says whether the asker may do something (authorization.k8s.io/v1 SelfSubjectAccessReview). */
export function reviewAccess({ cluster, user, groups, body }: Call): unknown {
  const { spec } = accessReview.parse(readBody(body));
  const { namespace, verb, group, resource, subresource, name } = spec.resourceAttributes;
  const verdict = cluster.access.judge({
    ...{ verb, group, resource, user, groups },
    // The empty namespace asks for all of them.
    ...{ namespace: namespace === '' ? undefined : namespace, subresource, name },
  });
  const status = verdict.allowed || verdict.reason === '' ? { allowed: verdict.allowed } : verdict;
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec,
    status,
  };
}

import { z } from 'zod';
import type { Review, TokenRequest, Tokens } from '../../sim/world.ts';
import type { ApiClient } from './client.ts';
import { refusal } from './refusal.ts';

const minted = z.looseObject({ status: z.looseObject({ token: z.string() }) });

const reviewed = z.looseObject({
  status: z.looseObject({
    authenticated: z.boolean().default(false),
    error: z.string().default(''),
    audiences: z.array(z.string()).default([]),
    user: z
      .looseObject({ username: z.string().default(''), groups: z.array(z.string()).default([]) })
      .default({ username: '', groups: [] }),
  }),
});

/** Tokens by the API server's own TokenRequest and TokenReview. */
export class LiveTokens implements Tokens {
  readonly #api: ApiClient;
  readonly #signal: AbortSignal;

  constructor(api: ApiClient, signal: AbortSignal) {
    this.#api = api;
    this.#signal = signal;
  }

  async mint({ namespace, serviceAccount, audiences, expirationSeconds, pod }: TokenRequest): Promise<{
    readonly token: string;
  }> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
    const spec = {
      ...{ audiences, expirationSeconds },
      ...(pod === undefined ? {} : { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', ...pod } }),
    };
    const { token } = minted.parse(await this.#post(path, 'TokenRequest', spec)).status;
    return { token };
  }

  async review(token: string, audience: string): Promise<Review> {
    const path = '/apis/authentication.k8s.io/v1/tokenreviews';
    const body = await this.#post(path, 'TokenReview', { token, audiences: [audience] });
    const { authenticated, error, user, audiences } = reviewed.parse(body).status;
    if (!authenticated) return { authenticated, error };
    const [, namespace, serviceAccount] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user.username) ?? [];
    const account =
      namespace === undefined || serviceAccount === undefined ? {} : { namespace, serviceAccount };
    return { authenticated, username: user.username, groups: user.groups, audiences, ...account };
  }

  async #post(path: string, kind: string, spec: unknown): Promise<unknown> {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind, spec };
    const answer = await this.#api.ask({ method: 'POST', path, body }, this.#signal);
    if (answer.status >= 300) throw refusal(`POST ${path}`, answer.status, answer.body);
    return answer.body;
  }
}

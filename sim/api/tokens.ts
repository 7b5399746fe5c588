import { generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { Review, TokenRequest, Tokens } from '../world.ts';

/** For so long after its end a token is taken still: the clocks of API servers need not be the same. */
const leewayMs = 60_000;

/** The audience of the API server itself. */
export const apiAudience = 'https://kubernetes.default.svc';

const claims = z.object({
  aud: z.array(z.string()),
  exp: z.number(),
  sub: z.string(),
  'kubernetes.io': z.object({ namespace: z.string(), serviceaccount: z.object({ name: z.string() }) }),
});

/** The tokens of one cluster: signed ServiceAccount tokens (JWT, ES256), and opaque ones of its users. */
export class TokenBook implements Tokens {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  /** Tokens whose signature was found right: an API server remembers them too. */
  readonly #signed = new Set<string>();
  readonly #users = new Map<string, { readonly name: string; readonly groups: readonly string[] }>();
  readonly #revoked = new Set<string>();
  readonly #shown = new Map<string, number>();

  /** A bearer token of a person, as in a kubeconfig. It lives until revoked. */
  addUser(name = 'meshturn', groups: readonly string[] = ['system:masters']): string {
    const token = randomUUID();
    this.#users.set(token, { name, groups });
    return token;
  }

  /** The token is refused from now on: what an expired login looks like. */
  revoke(token: string): void {
    this.#users.delete(token);
    this.#revoked.add(token);
  }

  mint(request: TokenRequest): { token: string; expirationTimestamp: string } {
    const { namespace, serviceAccount, audiences = [apiAudience], expirationSeconds = 3600, pod } = request;
    const issued = Math.floor(Date.now() / 1000);
    const head = { alg: 'ES256', kid: 'simulated' };
    const body = {
      ...{ aud: audiences, exp: issued + expirationSeconds, iat: issued, nbf: issued, jti: randomUUID() },
      iss: apiAudience,
      sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
      'kubernetes.io': { namespace, serviceaccount: { name: serviceAccount }, ...(pod ? { pod } : {}) },
    };
    const signed = `${base64Json(head)}.${base64Json(body)}`;
    const signature = sign('sha256', Buffer.from(signed), {
      key: this.#keys.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return {
      token: `${signed}.${signature.toString('base64url')}`,
      expirationTimestamp: new Date((issued + expirationSeconds) * 1000).toISOString(),
    };
  }

  /** How often a token was shown to the API server or in a review, whatever was said to it. */
  shown(token: string): number {
    return this.#shown.get(token) ?? 0;
  }

  /** Says whose a token is, as the TokenReview API does. An audience that it was not made for is refused. */
  review(token: string, audience = apiAudience): Review {
    this.#shown.set(token, this.shown(token) + 1);
    const user = this.#users.get(token);
    if (user) {
      return { authenticated: true, username: user.name, groups: user.groups, audiences: [audience] };
    }
    const [head, body, signature, ...rest] = token.split('.');
    if (!head || !body || !signature || rest.length > 0 || this.#revoked.has(token)) {
      return refused('invalid bearer token');
    }
    if (!this.#isSigned(token, `${head}.${body}`, signature)) {
      return refused('invalid bearer token, square/go-jose: error in cryptographic primitive');
    }
    const said = claims.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    if (said.exp * 1000 + leewayMs <= Date.now()) return refused('service account token has expired');
    if (!said.aud.includes(audience)) {
      return refused(
        `token audiences ${JSON.stringify(said.aud)} is invalid for the target audiences ["${audience}"]`,
      );
    }
    const { namespace, serviceaccount } = said['kubernetes.io'];
    return {
      ...{ authenticated: true, username: said.sub, audiences: [audience] },
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      ...{ namespace, serviceAccount: serviceaccount.name },
    };
  }

  #isSigned(token: string, signed: string, signature: string): boolean {
    if (this.#signed.has(token)) return true;
    const key = { key: this.#keys.publicKey, dsaEncoding: 'ieee-p1363' as const };
    const isRight = verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'base64url'));
    if (isRight) this.#signed.add(token);
    return isRight;
  }
}

function refused(error: string): Review {
  return { authenticated: false, error };
}

function base64Json(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from './refusal.ts';

/** Who may ask: bearer tokens and whom they stand for. */
export class CallerBook {
  readonly #callers = new Map<string, Caller>();

  /** A new token for a caller; the same name always has the same object id. */
  mint(name: string): string {
    const token = randomBytes(24).toString('base64url');
    this.#callers.set(token, callerOf(name));
    return token;
  }

  /** The caller that an Authorization header proves. */
  of(authorization: string | undefined): Caller | undefined {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    return token === undefined ? undefined : this.#callers.get(token);
  }
}

/** An identity with ids derived from its name. */
export function callerOf(name: string): Caller {
  return { name, oid: uuid(`oid ${name}`), appId: uuid(`app ${name}`) };
}

function uuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

import { setTimeout as delay } from 'node:timers/promises';
import { CallerBook } from './callers.ts';
import { FaultBook, type FaultEffect, type VaultRequest } from './faults.ts';
import { KeyBook } from './key-book.ts';
import { Throttle, type VaultLimits } from './limits.ts';
import { forbidden, keyNotFound, notFound, Refusal, throttled } from './refusal.ts';
import { RequestLog } from './request-log.ts';
import { SecretBook } from './secret-book.ts';

/** The vault behind a server: what every way of asking it goes through. */
export interface VaultCore {
  readonly name: string;
  readonly store: SecretBook;
  readonly keys: KeyBook;
  readonly callers: CallerBook;
  readonly requests: RequestLog;
  readonly faults: FaultBook;
  /**
   * Counts a request, lets faults and limits have their say, and answers it by `work`, whose HTTP status is
   * `status`. Throws the Refusal to answer with, or Cut.
   */
  handle<T>(request: VaultRequest, work: () => T): Promise<T>;
}

/** The connection is to be closed without an answer. */
export class Cut extends Error {
  override readonly name = 'Cut';
}

export function createCore(name: string, limits: VaultLimits): VaultCore {
  const requests = new RequestLog();
  const faults = new FaultBook();
  const throttle = new Throttle(limits);

  async function handle<T>(request: VaultRequest, work: () => T): Promise<T> {
    try {
      const effect = faults.strike(request);
      await suffer(effect, request, name);
      throttle.admit(request.method);
      const result = work();
      requests.add(request, 200);
      if (effect?.kind !== 'cut') return result;
    } catch (error) {
      requests.add(request, error instanceof Refusal ? error.status : undefined);
      throw error;
    }
    throw new Cut('the answer was lost');
  }

  return {
    name,
    store: new SecretBook(),
    keys: new KeyBook(),
    callers: new CallerBook(),
    requests,
    faults,
    handle,
  };
}

/** What a fault does before the vault does anything itself. */
async function suffer(effect: FaultEffect | undefined, request: VaultRequest, vault: string): Promise<void> {
  if (effect?.kind === 'delay') await delay(effect.milliseconds);
  if (effect?.kind === 'hold' && (await effect.pass()) === 'cut') throw new Cut('the connection was cut');
  if (effect?.kind === 'cut' && effect.when === 'before') throw new Cut('the connection was cut');
  if (effect?.kind === 'status') throw refusalOf(effect, request, vault);
}

const actions = new Map([
  ['GET', 'getSecret/action'],
  ['PUT', 'setSecret/action'],
]);

function refusalOf(
  { status, retryAfterSeconds = 1 }: { readonly status: number; readonly retryAfterSeconds?: number },
  { method, name = '', caller, collection, action = actions.get(method) ?? 'write' }: VaultRequest,
  vault: string,
): Refusal {
  if (status === 429) return throttled(retryAfterSeconds);
  if (status === 403) return forbidden({ caller, vault, name, action, collection });
  if (status === 404) return collection === 'keys' ? keyNotFound(name) : notFound(name);
  return new Refusal(status, 'InternalServerError', 'An internal server error has occurred.');
}

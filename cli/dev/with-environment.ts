import type { Context } from '../context.ts';
import { type Environment, type EnvironmentOptions, startEnvironment } from './environment.ts';

/**
 * Starts all parts, and ends them once `use` is done with them. The `interrupted` of the context that `use` gets is
 * aborted by Ctrl-C, and by a part that ends though nobody has stopped it: nobody waits for what it was to do. Throws why
 * that ended, in place of what `use` makes of it, what `use` and the start throw, and last what cannot be ended.
 */
export async function withEnvironment<T>(
  context: Context,
  options: Omit<EnvironmentOptions, 'interrupted'>,
  use: (environment: Environment, context: Context) => Promise<T>,
): Promise<T> {
  const environment = await startEnvironment({ ...options, interrupted: context.interrupted });
  return usedUp(environment, context, (inside) => use(environment, inside));
}

/** The same of what is up already. */
export async function usedUp<T>(
  { failed, close }: Pick<Environment, 'failed' | 'close'>,
  context: Context,
  use: (context: Context) => Promise<T>,
): Promise<T> {
  const interrupted = AbortSignal.any([context.interrupted, failed]);
  const [used] = await Promise.allSettled([use({ ...context, interrupted })]);
  const [closed] = await Promise.allSettled([close()]);
  failed.throwIfAborted();
  if (used.status === 'rejected') throw used.reason;
  if (closed.status === 'rejected') throw closed.reason;
  return used.value;
}

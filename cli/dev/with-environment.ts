import type { Context } from '../context.ts';
import { type Environment, type EnvironmentOptions, startEnvironment } from './environment.ts';

/**
 * Starts all parts, and ends them once `use` is done with them. The `interrupted` of the context that `use` gets is
 * aborted by Ctrl-C, and by a part that ends though nobody has stopped it: nobody waits for what it was to do. Throws why
 * that ended, in place of what `use` makes of it, and what the start throws.
 */
export async function withEnvironment<T>(
  context: Context,
  options: Omit<EnvironmentOptions, 'interrupted'>,
  use: (environment: Environment, context: Context) => Promise<T>,
): Promise<T> {
  const environment = await startEnvironment({ ...options, interrupted: context.interrupted });
  const { failed } = environment;
  const interrupted = AbortSignal.any([context.interrupted, failed]);
  try {
    return await use(environment, { ...context, interrupted });
  } finally {
    const [closed] = await Promise.allSettled([environment.close()]);
    failed.throwIfAborted();
    if (closed.status === 'rejected') throw closed.reason;
  }
}

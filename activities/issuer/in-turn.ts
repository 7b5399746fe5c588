import { cancellation } from '../kube/heartbeat.ts';
import { reasonOf } from './run-program.ts';

/** Settled once nothing runs in this process, and nothing waits to. */
let last: Promise<unknown> = Promise.resolve();

/** Why a program has failed an activity, by the activity's signal. */
const failures = new WeakMap<AbortSignal, { readonly error: unknown }>();

/**
 * Programs run one at a time in this process: openssl's CA, for one, keeps its serial numbers in a file. An activity that
 * is cut off does not wait for its turn. Where a program has failed, the others of its activity, which may take as long
 * to fail, are not run: they fail as that one has.
 */
export async function inTurn<T>(run: () => Promise<T>): Promise<T> {
  const cutOff = cancellation();
  cutOff?.throwIfAborted();
  const before = last;
  const own = Promise.withResolvers<undefined>();
  last = before.then(() => own.promise);
  const waited = new AbortController();
  try {
    await new Promise<unknown>((resolve, reject) => {
      const leave = (): void => {
        reject(reasonOf(cutOff));
      };
      cutOff?.addEventListener('abort', leave, { signal: waited.signal });
      void before.then(resolve);
    });
    const failed = cutOff && failures.get(cutOff);
    if (failed !== undefined) throw failed.error;
    return await run();
  } catch (error) {
    if (cutOff !== undefined) failures.set(cutOff, { error });
    throw error;
  } finally {
    waited.abort();
    own.resolve(undefined);
  }
}

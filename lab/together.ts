/**
 * As Promise.all, but settles only once all of them have: nothing goes on behind the back of whoever waits. The first
 * failure is told at once, so that the others can be made to give up.
 */
export async function together<T extends readonly unknown[] | []>(
  works: T,
  failed: (why: unknown) => void,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  for (const work of works) Promise.resolve(work).catch(failed);
  await Promise.allSettled(works);
  return Promise.all(works);
}

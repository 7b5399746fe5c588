/** How the server says that the run that was told ended before it answered, or that its task is repeated. */
const passing = ['completed before the Update completed', 'due to unexpected workflow task failure'];
const tries = 3;

/**
 * Tells a rotation, and again where it goes on in a new run meanwhile.
 * @param update with the same id each time: a command that was carried out is not carried out again
 */
export async function tellAgain<T>(update: () => Promise<T>): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await update();
    } catch (error) {
      if (left === 0 || !isPassing(error)) throw error;
    }
  }
}

function isPassing(error: unknown): boolean {
  const causes = error instanceof Error ? [error, error.cause] : [];
  return causes.some(
    (cause) => cause instanceof Error && passing.some((words) => cause.message.includes(words)),
  );
}

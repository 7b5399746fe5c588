import { sideBySide } from '../rotation/side-by-side.ts';

/** As `sideBySide`, but fails only once nothing is under way any more, with the first failure. */
export async function toTheEnd<T>(
  afterFailure: 'nothing more' | 'all the others',
  items: readonly T[],
  width: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  await sideBySide(items, width, async (item) => {
    if (failures.length > 0 && afterFailure === 'nothing more') return;
    try {
      await act(item);
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
}

/**
 * Does something with every item, so many at a time, and gives the results in the order of the items. The first
 * failure is that of the whole; what is under way then ends by itself, and nothing more is begun.
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  width: number,
  act: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Array<R>(items.length);
  const left = items.entries();
  let failed = false;
  const actOnSome = async () => {
    for (const [index, item] of left) {
      if (failed) return;
      try {
        results[index] = await act(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, actOnSome));
  return results;
}

/** The items in groups of so many at most, those of one kind together; kinds in the order of their first item. */
export function inGroups<T, K>(
  items: readonly T[],
  size: number,
  kindOf: (item: T) => K,
): readonly { readonly kind: K; readonly items: readonly T[] }[] {
  return [...Map.groupBy(items, kindOf)].flatMap(([kind, alike]) =>
    Array.from({ length: Math.ceil(alike.length / size) }, (_, group) => ({
      kind,
      items: alike.slice(group * size, (group + 1) * size),
    })),
  );
}

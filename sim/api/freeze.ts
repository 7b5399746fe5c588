/** Freezes a tree of JSON values in place. Stops at frozen branches: they were frozen whole before. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const child of Object.values(value)) deepFreeze<unknown>(child);
  return Object.freeze(value);
}

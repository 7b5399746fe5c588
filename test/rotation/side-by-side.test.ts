import { expect, it } from 'vitest';
import { inGroups, sideBySide } from '../../rotation/side-by-side.ts';

const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

it('does no more at a time than it was told, and keeps the order', async () => {
  let underWay = 0;
  let most = 0;
  const doubled = await sideBySide(nine, 3, async (item) => {
    most = Math.max(most, (underWay += 1));
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return item * 2;
  });
  expect(doubled).toEqual(nine.map((item) => item * 2));
  expect(most).toBe(3);
});

it('begins nothing more after the first failure', async () => {
  const begun: number[] = [];
  const failing = sideBySide(nine, 2, async (item) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 3) throw new Error('three');
  });
  await expect(failing).rejects.toThrow('three');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([1, 2, 3, 4]);
});

it('groups what is of one kind, so many together at most', () => {
  expect(inGroups(nine, 3, (item) => item % 2)).toEqual([
    { kind: 1, items: [1, 3, 5] },
    { kind: 1, items: [7, 9] },
    { kind: 0, items: [2, 4, 6] },
    { kind: 0, items: [8] },
  ]);
});

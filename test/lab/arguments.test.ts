import { expect, it } from 'vitest';
import { clustersAskedFor } from '../../lab/arguments.ts';

it('starts two clusters unless told', () => {
  expect(clustersAskedFor([])).toBe(2);
  expect(clustersAskedFor(['--clusters', '3'])).toBe(3);
});

it.each([['--clusters', '0'], ['--clusters', 'two'], ['--clusters=1.5'], ['--cluster', '2'], ['2']])(
  'refuses %s %s',
  (...words) => {
    expect(() => clustersAskedFor(words)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);

import { expect, it } from 'vitest';
import { completedLines } from '../../../cli/render/completed.ts';
import { withPinned } from '../../../rotation/course.ts';
import { completed } from '../samples.ts';

const words = (pins: readonly string[]): string =>
  JSON.stringify(completedLines(withPinned(completed(), new Set(pins))));

it('says of a root that went that it is trusted nowhere', () => {
  expect(words([])).toContain('Root A is trusted nowhere, Root B everywhere: 412/412 proxies');
});

it('says of one that the mesh configuration pins that it is still trusted', () => {
  const [rootA] = completed().from;
  expect(words([rootA?.fingerprint ?? ''])).toContain(
    'Root B trusted everywhere, Root A still trusted through caCertificates of the mesh configuration: 412/412 proxies',
  );
});

it('says nothing of pins on roots that stay', () => {
  const [rootB] = completed().to;
  expect(words([rootB?.fingerprint ?? ''])).toBe(words([]));
});

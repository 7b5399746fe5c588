import { expect, it } from 'vitest';
import { readStatus } from '../../cli/read-status.ts';
import { statusPage, type StatusRequest } from '../../rotation/status-page.ts';
import { activating, progress, step } from './samples.ts';

const clusters = Array.from({ length: 9 }, (_, place) => step(`aks-${place}`, {}));
const whole = progress({ phases: [{ ...activating(), clusters }] });

it('puts the pages of a state together', async () => {
  const asked: StatusRequest[] = [];
  const read = await readStatus((request) => {
    asked.push(request);
    return Promise.resolve(statusPage(whole, request, 1));
  });
  expect(read).toEqual(whole);
  expect(asked).toHaveLength(9);
});

it('begins anew where the state has changed between two pages', async () => {
  let asked = 0;
  const read = await readStatus((request) => {
    asked += 1;
    const digest = asked < 3 ? 'before' : 'after';
    return Promise.resolve(statusPage({ ...whole, digest }, request, 1));
  });
  expect(read).toEqual({ ...whole, digest: 'after' });
  expect(asked).toBe(3 + 9);
});

it('takes pages as they are where the state never rests', async () => {
  let asked = 0;
  const read = await readStatus((request) => {
    asked += 1;
    return Promise.resolve(statusPage({ ...whole, digest: String(asked) }, request, 1));
  });
  expect(read.phases[0]?.clusters).toEqual(clusters);
});

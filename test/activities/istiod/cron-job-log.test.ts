import { expect, test } from 'vitest';
import { cronJobVerdict, lastWords } from '../../../activities/istiod/cron-job-log.ts';

test('a run says whether it saw a change', () => {
  expect(cronJobVerdict('Root certificate update not detected.\n')).toBe('not detected');
  expect(cronJobVerdict('Root certificate update detected. Restarting deployment...\n')).toBe('detected');
  expect(cronJobVerdict('roots compared: equal\n')).toBeUndefined();
});

test('the last words of a log are one line, short, and hide what looks like a secret', () => {
  expect(lastWords('first\nroots compared: equal\n\n')).toBe('"roots compared: equal"');
  expect(lastWords(`${'one more line\n'.repeat(500)}the last\n`)).toBe('"the last"');
  expect(lastWords('')).toBe('nothing');
  expect(lastWords(`token ${'aB3'.repeat(40)}`)).toBe('"token [long value]"');
  expect(lastWords('x '.repeat(500)).length).toBeLessThan(210);
});

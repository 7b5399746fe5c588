import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { promptsOn, type Prompts } from '../../cli/prompts.ts';

/** Asks, and presses keys once the question is on the screen. */
async function pressed<T>(ask: (prompts: Prompts) => Promise<T>, keys: string): Promise<T> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const prompts = promptsOn({ input, output, signal: new AbortController().signal });
  const answer = ask(prompts);
  output.once('data', () => {
    for (const key of keys) input.write(key);
  });
  return answer;
}

const enter = '\r';
const ctrlC = '\u0003';

it('takes a y for yes, and Enter alone for no', async () => {
  expect(await pressed(({ yesOrNo }) => yesOrNo('Start?'), 'y')).toBe(true);
  expect(await pressed(({ yesOrNo }) => yesOrNo('Start?'), 'n')).toBe(false);
  expect(await pressed(({ yesOrNo }) => yesOrNo('Start?'), enter)).toBe(false);
});

it('takes what is typed up to Enter', async () => {
  expect(await pressed(({ typed }) => typed('Name?'), `prod ${enter}`)).toBe('prod');
  expect(await pressed(({ typed }) => typed('Name?'), enter)).toBe('');
});

it('is cancelled by Ctrl-C, and by what interrupts the command', async () => {
  expect(await pressed(({ yesOrNo }) => yesOrNo('Start?'), ctrlC)).toBeUndefined();
  expect(await pressed(({ typed }) => typed('Name?'), ctrlC)).toBeUndefined();
  const [input, output] = [new PassThrough(), new PassThrough()];
  const { yesOrNo } = promptsOn({ input, output, signal: AbortSignal.abort() });
  expect(await yesOrNo('Start?')).toBeUndefined();
});

import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { promptsOn, type Prompts } from '../../cli/prompts.ts';

/** Asks, and presses keys once the question is on the screen. */
async function pressed<T>(ask: (prompts: Prompts) => Promise<T>, keys: string): Promise<T> {
  return (await screened(ask, keys)).answer;
}

/** The same, with all that was drawn. */
async function screened<T>(
  ask: (prompts: Prompts) => Promise<T>,
  keys: string,
): Promise<{ readonly answer: T; readonly screen: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let screen = '';
  const prompts = promptsOn({ input, output, signal: new AbortController().signal });
  const answer = ask(prompts);
  output.on('data', (drawn: Buffer) => (screen += drawn.toString()));
  output.once('data', () => {
    for (const key of keys) input.write(key);
  });
  return { answer: await answer, screen };
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

it('takes a secret as it is typed, and shows nothing of it', async () => {
  const { answer, screen } = await screened(({ secret }) => secret('Passphrase?'), ` Zq7! ${enter}`);
  expect(answer).toBe(' Zq7! ');
  expect(screen).toContain('Passphrase?');
  expect(screen).not.toMatch(/[Zq7!•*▪]/);
});

it('is cancelled by Ctrl-C, and by what interrupts the command', async () => {
  expect(await pressed(({ yesOrNo }) => yesOrNo('Start?'), ctrlC)).toBeUndefined();
  expect(await pressed(({ typed }) => typed('Name?'), ctrlC)).toBeUndefined();
  expect(await pressed(({ secret }) => secret('Passphrase?'), ctrlC)).toBeUndefined();
  const [input, output] = [new PassThrough(), new PassThrough()];
  const { yesOrNo } = promptsOn({ input, output, signal: AbortSignal.abort() });
  expect(await yesOrNo('Start?')).toBeUndefined();
});

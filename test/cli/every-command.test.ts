import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { golden } from './golden.ts';
import { session } from './session.ts';

const folder = new URL('.', import.meta.url).pathname;

/** Every command of the usage that `--help` shows: `rotation plan|start …` is two. */
async function commands(): Promise<readonly string[]> {
  const { stdout } = await session(['--help']);
  return [...stdout.matchAll(/^ {2}meshturn ([a-z][^\n]*)$/gm)].flatMap(([, usage = '']) => {
    const [word = '', next = ''] = usage.split(' ');
    return usage.endsWith(' ...') ? next.split('|').map((route) => `${word} ${route}`) : [word];
  });
}

const all = await commands();

describe('every command', () => {
  it('is known here', () => {
    expect(all).toEqual(expect.arrayContaining(['rotation watch', 'ca inspect', 'demo', 'help exit-codes']));
    expect(all.join()).not.toMatch(/[|.]/);
  });

  it.each(all.filter((command) => !command.startsWith('help ')))(
    'shows an example of itself in its help: %s',
    async (command) => {
      const name = `help-${command.split(' ').join('-')}`;
      await golden(`help/${name}`, `${command} --help`);
      const { stdout } = await session([...command.split(' '), '--help']);
      expect(stdout).toMatch(new RegExp(`USAGE\n  meshturn ${command}[^\n]*\n    \\w`));
    },
  );

  // What needs a whole world of processes: the tests of the demo and of the package run them.
  it.each(all.filter((command) => command !== 'dev' && command !== 'demo'))(
    'has a transcript of what it does: %s',
    (command) => {
      const transcripts = globSync('**/*.golden.txt', { cwd: folder })
        .map((file) => readFileSync(`${folder}${file}`, 'utf8').split('\n')[0] ?? '')
        .filter((line) => `${line} `.startsWith(`$ meshturn ${command} `) && !line.endsWith('--help'));
      expect(transcripts).not.toEqual([]);
    },
  );
});

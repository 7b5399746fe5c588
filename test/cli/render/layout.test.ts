import { describe, expect, it } from 'vitest';
import { clipped, layOut, rowsOf } from '../../../cli/render/layout.ts';

const row = { head: '  ● weu  ', words: 'waiting for every istiod to serve it, until 13:03:30' };

describe('a line that is wider than the terminal', () => {
  it('goes on under its own words', () => {
    expect(layOut([row], 40)).toEqual([
      '  ● weu  waiting for every istiod to',
      '         serve it, until 13:03:30',
    ]);
  });

  it('is the terminal’s to break where it is a command', () => {
    const command = `  meshturn rotation retry ${'x'.repeat(40)}`;
    expect(layOut([command], 40)).toEqual([command]);
    expect(rowsOf([command, ''], 40)).toBe(3);
  });

  it('is left alone where there is no terminal, or no room beside its head', () => {
    const whole = `${row.head}${row.words}`;
    expect(layOut([row])).toEqual([whole]);
    expect(layOut([row], 20)).toEqual([whole]);
  });
});

it('leaves out what a terminal has no room for, and cuts no command', () => {
  expect(clipped(['abcdef', 'abc', 'd'], { columns: 4, rows: 3 })).toEqual(['abcdef', 'abc']);
  expect(clipped(['abc', 'abcdef'], { columns: 4, rows: 2 })).toEqual(['abc']);
  expect(clipped(['abcdef', 'abc'], { columns: 4, rows: 1 })).toEqual(['abc…']);
});

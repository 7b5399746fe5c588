import fc from 'fast-check';
import { expect, it } from 'vitest';
import { table } from '../../../cli/render/table.ts';

it('makes every column as wide as its widest cell', () => {
  expect(
    table(
      [{ title: 'NAME' }, { title: 'N', align: 'right' }],
      [
        ['a', '12'],
        ['longer', '3'],
      ],
    ),
  ).toEqual(['NAME     N', 'a       12', 'longer   3']);
});

it('begins each column of any table at the same place in all lines', () => {
  const cell = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 20 }), (rows) => {
      const lines = table([{ title: 'FIRST' }, { title: 'SECOND' }], rows);
      const second = lines[0]?.indexOf('SECOND') ?? -1;
      expect(rows.map(([, right]) => right)).toEqual(lines.slice(1).map((line) => line.slice(second)));
    }),
  );
});

it('goes on below in a column that would be too wide for the terminal', () => {
  const columns = [{ title: 'NAME' }, { title: 'WRITES' }];
  const row = ['distribute', 'cert-chain, ca-key, ca-cert'];
  expect(table(columns, [row], 30)).toEqual([
    'NAME        WRITES',
    'distribute  cert-chain,',
    '            ca-key, ca-cert',
  ]);
  expect(table(columns, [row], 3)).toHaveLength(4);
});

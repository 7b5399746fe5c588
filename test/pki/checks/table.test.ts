import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { caChecks } from '../../../pki/checks/table.ts';
import type { CodeEntry } from '../../../problems/code.ts';
import { anchor, codes } from '../../../problems/registry.ts';

it('has one row a code, as severe as the registry has it, with a section in the docs', () => {
  expect(new Set(caChecks.map(({ code }) => code)).size).toBe(caChecks.length);
  const page = readFileSync(new URL('../../../docs/problems.md', import.meta.url), 'utf8');
  for (const { code, severity } of caChecks) {
    const entry: CodeEntry = codes[code];
    expect(`${code} ${severity}`).toBe(`${code} ${entry.warns === true ? 'warning' : 'fatal'}`);
    expect(page).toContain(`\n## ${anchor(code).split('#')[1] ?? ''}\n`);
  }
});

it('says of every row what it expects and why it is as severe as it is', () => {
  for (const { expects, why } of caChecks) {
    expect(expects).not.toBe('');
    expect(why.length).toBeGreaterThan(20);
  }
});

it('is told of in the docs as it is', async () => {
  const file = new URL('../../../docs/ca-verify.md', import.meta.url).pathname;
  const rows = caChecks.map(
    ({ code, severity, expects, of, why, stricterThan }) =>
      `| \`${code}\` | ${severity} | ${of} | ${expects} | ${why} | ${stricterThan.join(', ')} |`,
  );
  const table = [
    '| code | | asked of | expected | why | stricter than |',
    '| - | - | - | - | - | - |',
    ...rows,
  ];
  const page = readFileSync(file, 'utf8').replace(
    /<!-- checks -->[\s\S]*<!-- end -->/,
    () => `<!-- checks -->\n\n${table.join('\n')}\n\n<!-- end -->`,
  );
  const text = await format(page, { ...(await resolveConfig(file)), filepath: file });
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

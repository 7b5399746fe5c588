import { readFileSync } from 'node:fs';
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

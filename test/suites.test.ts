import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { suites } from '../.ci/suites.js';

const textOf = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

it('every suite beside these tests is named in the README, and run by CI', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(textOf('package.json')));
  const names = Object.keys(scripts).filter((name) => name.startsWith('test:'));
  expect(suites.map(({ script }) => script).toSorted()).toEqual(names.toSorted());
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(suites.flatMap(({ needs }) => needs ?? [])));
  const readme = textOf('README.md');
  for (const name of names) expect(readme).toMatch(new RegExp(`\`(npm run )?${name}\``));
});

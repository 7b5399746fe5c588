import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { suites } from '../.ci/suites.js';

const textOf = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

it('every suite beside these tests is run by CI, and named in the README', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(textOf('package.json')));
  const names = Object.keys(scripts).filter((name) => name.startsWith('test:'));
  expect(suites.map(({ script }) => script).toSorted()).toEqual(names.toSorted());
  const readme = textOf('README.md');
  for (const name of names) expect(readme).toContain(`\`${name}\``);
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { suites } from '../.ci/suites.js';

/** Builds Kubernetes from its sources first, which takes longer than all the others. */
const onDemand = ['test:lab'];

const textOf = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

it('every suite beside these tests is named in the README, and run by CI where it can be', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(textOf('package.json')));
  const names = Object.keys(scripts).filter((name) => name.startsWith('test:'));
  expect([...suites.map(({ script }) => script), ...onDemand].toSorted()).toEqual(names.toSorted());
  const readme = textOf('README.md');
  for (const name of names) expect(readme).toMatch(new RegExp(`\`(npm run )?${name}\``));
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/*
 * A page shows a transcript by naming it:
 *
 *     <!-- test/cli/plan.golden.txt -->
 *
 *     ```
 *     $ meshturn rotation plan …
 *     ```
 */
const root = new URL('../', import.meta.url);
const shown = /(<!-- (test\/cli\/\S+\.golden\.txt) -->\n\n```\n)([^]*?)(\n```\n)/g;

const pages = ['README.md', ...readdirSync(new URL('docs', root), { recursive: true, encoding: 'utf8' })]
  .map((file) => (file === 'README.md' ? file : `docs/${file}`))
  .filter((file) => file.endsWith('.md'));
const showing = pages.filter((file) => read(file).includes('.golden.txt -->'));

function read(file: string): string {
  return readFileSync(new URL(file, root), 'utf8');
}

/** The README leaves out all but the command and its stdout. */
function transcript(page: string, file: string): string {
  const text = read(file).trimEnd();
  return page === 'README.md' ? text.replace('--- stdout\n', '').replace(/\n--- [^]*$/, '') : text;
}

it('shows what a plan, the tree and a stop look like where people read first', () => {
  expect(showing).toEqual(expect.arrayContaining(['README.md', 'docs/transcripts.md']));
  const inReadme = [...read('README.md').matchAll(shown)].map(([, , name]) => name);
  expect(inReadme).toEqual(
    ['plan', 'tree/3-80', 'tree/stopped-80'].map((name) => `test/cli/${name}.golden.txt`),
  );
});

it.each(showing)('shows only what commands have printed in tests: %s', (page) => {
  const text = read(page);
  const renewed = text.replaceAll(shown, (_, head: string, file: string, __, tail: string) => {
    return `${head}${transcript(page, file)}${tail}`;
  });
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(new URL(page, root), renewed);
  expect(read(page)).toBe(renewed);
  const named = text.match(/\.golden\.txt -->/g) ?? [];
  expect([...text.matchAll(shown)], 'every transcript named is shown').toHaveLength(named.length);
});

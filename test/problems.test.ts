import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { CodeEntry, Stands } from '../problems/code.ts';
import { Problem } from '../problems/problem.ts';
import { anchor, codes, isProblemCode } from '../problems/registry.ts';

const page = new URL('../docs/problems.md', import.meta.url);

const standsWords = {
  keeps: 'What was proven of the mesh still holds.',
  noRenewal:
    'What was proven of the mesh still holds, but leaves of the cluster may not be renewed meanwhile.',
  doubts: 'What was proven of the mesh may not hold.',
} as const satisfies Record<Stands, string>;

function effectOf({ exit, retryable, warns, stands }: CodeEntry): string {
  if (warns === true) return '- A warning: it stops nothing.';
  const again = retryable ? 'Retried by itself.' : 'Stops the step until someone mends it and says `retry`.';
  return `- ${again}\n- ${standsWords[stands]}\n- Exit code of a command that ends with it: ${exit}.`;
}

/** The page of docs as the registry would have it, a section a code, in the order of the alphabet. */
function rendered(): string {
  const sections = Object.entries(codes)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([code, entry]: [string, CodeEntry]) => {
      const { message, hint } = entry;
      return `## ${code.toLowerCase().replaceAll('_', '-')}\n\n\`${code}\`: ${message}.\n\n- Mend: ${hint}\n${effectOf(entry)}\n`;
    });
  const intro =
    'Every code Meshturn can stop with or warn of, from the registry in `problems/`. An error names the object, what was expected and found, and a hint; this page says what the code means in general.';
  return `# Problems\n\n${intro}\n\n${sections.join('\n')}`;
}

it('has a section in the docs for every code, and none for what is no code', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(page, rendered());
  expect(readFileSync(page, 'utf8')).toBe(rendered());
});

it('points every code at its own section', () => {
  const text = readFileSync(page, 'utf8');
  for (const code of Object.keys(codes)) {
    if (!isProblemCode(code)) throw new Error(`${code} is not narrowed`);
    expect(text).toContain(`\n## ${anchor(code).split('#')[1] ?? ''}\n`);
  }
});

it('says what object, what was expected and what was found, and keeps its report plain data', () => {
  const problem = new Problem('KEY_VAULT_FORBIDDEN', {
    object: 'secret ca-cert in https://kv.example',
    expected: 'secrets get',
    found: '403',
  });
  expect(problem.message).toBe(
    'secret ca-cert in https://kv.example: Key Vault refuses access (expected secrets get, found 403)',
  );
  expect(JSON.parse(JSON.stringify(problem.report()))).toEqual(problem.report());
});

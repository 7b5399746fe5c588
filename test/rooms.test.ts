import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { importRules } from '../eslint.rooms.js';

/** Messages of the import table alone on one planted file. */
function lint(file: string, code: string): string[] {
  const found = new Linter().verify(
    code,
    [
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser },
        plugins: { '@typescript-eslint': tseslint.plugin },
      },
      ...importRules,
    ],
    file,
  );
  return found.map(({ message }) => message);
}

describe('the import table', () => {
  it('catches a run-time import of activities in a workflow, and lets its types through', () => {
    expect(
      lint('workflows/planted.ts', `import { createActivities } from '../activities/create.ts';`),
    ).toEqual([expect.stringContaining('workflows/ may not import activities/ at run time')]);
    expect(
      lint('workflows/planted.ts', `import { type Activities } from '../activities/contract.ts';`),
    ).toEqual([]);
  });

  it('keeps the domain free of everything, types included', () => {
    expect(
      lint('rotation/planted.ts', `import { type Certificate } from '../pki/certificate.ts';`),
    ).toHaveLength(1);
    expect(
      lint('rotation/deep/planted.ts', `import { Problem } from '../../problems/problem.ts';`),
    ).toHaveLength(1);
    expect(lint('rotation/planted.ts', `import { createHash } from 'node:crypto';`)).toHaveLength(1);
  });

  it('lets arrows point one way only', () => {
    expect(lint('pki/planted.ts', `import { Problem } from '../problems/problem.ts';`)).toEqual([]);
    expect(
      lint('problems/planted.ts', `import { parseCertificate } from '../pki/certificate.ts';`),
    ).toHaveLength(1);
    expect(lint('sim/planted.ts', `import { plan } from '../rotation/planner.ts';`)).toHaveLength(1);
    expect(
      lint('activities/kube/planted.ts', `import { runWorker } from '../../worker/run.ts';`),
    ).toHaveLength(1);
  });

  it('keeps Node, forge and the clients out of what runs in the workflow sandbox', () => {
    for (const module of [
      'node:fs',
      'node-forge',
      'zod',
      '@kubernetes/client-node',
      '@azure/keyvault-secrets',
    ]) {
      expect(lint('workflows/planted.ts', `import * as planted from '${module}';`)).toHaveLength(1);
    }
  });
});

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

  it('keeps the domain free of everything but the registry of problems, types included', () => {
    expect(
      lint('rotation/planted.ts', `import { type Certificate } from '../pki/certificate.ts';`),
    ).toHaveLength(1);
    expect(lint('rotation/deep/planted.ts', `import { codes } from '../../problems/registry.ts';`)).toEqual(
      [],
    );
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

  it.each([
    ['rotation', `import pino from 'pino';`],
    ['rotation', `import { proxyActivities } from '@temporalio/workflow';`],
    ['problems', `import { z } from 'zod';`],
    ['workflows', `import forge from 'node-forge';`],
    ['workflows', `import { V1Pod } from '@kubernetes/client-node';`],
    ['workflows', `import { SecretClient } from '@azure/keyvault-secrets';`],
    ['workflows', `import { Worker } from '@temporalio/worker';`],
    ['workflows', `import { x } from '@temporalio/workflow-of-another';`],
    ['workflows', `export * from 'zod';`],
    ...['workflows', 'rotation', 'problems'].flatMap((room) =>
      ['fs', 'crypto', 'fs/promises', 'node:fs', 'node:test'].map((name) => [
        room,
        `import x from '${name}';`,
      ]),
    ),
  ])('keeps out of %s what the workflow sandbox has not: %s', (room = '', code = '') => {
    expect(lint(`${room}/planted.ts`, code)).toEqual([
      expect.stringContaining(`${room}/ runs in the workflow sandbox`),
    ]);
  });

  it('lets workflows import what the sandbox has', () => {
    expect(lint('workflows/planted.ts', `import { sleep } from '@temporalio/workflow';`)).toEqual([]);
    expect(lint('workflows/planted.ts', `import { msToTs } from '@temporalio/common/lib/time.js';`)).toEqual(
      [],
    );
    expect(lint('workflows/planted.ts', `import { plan } from './deep/planner.ts';`)).toEqual([]);
  });

  it.each([
    ['workflows/planted.ts', `await import('../activities/create.ts');`],
    ['workflows/deep/planted.ts', `await import('../../worker/run.ts');`],
    ['workflows/planted.ts', `await import('node:fs');`],
    ['sim/planted.ts', `await import('../rotation/planner.ts');`],
    ['sim/planted.ts', `type Plan = import('../rotation/planner.ts').Plan;`],
    ['rotation/planted.ts', `type Held = import('../pki/certificate.ts').Certificate;`],
    ['rotation/planted.ts', `type Log = import('pino').Logger;`],
    ['cli/planted.ts', `await import(name);`],
    ['cli/planted.ts', 'await import(`../test/${name}.ts`);'],
  ])('holds in %s for imports that are expressions: %s', (file, code) => {
    expect(lint(file, code)).toHaveLength(1);
  });

  it('lets what may be imported be imported by an expression', () => {
    expect(lint('cli/planted.ts', `await import('../worker/run.ts');`)).toEqual([]);
    expect(lint('worker/planted.ts', `await import('node:fs');`)).toEqual([]);
    expect(lint('workflows/planted.ts', `type A = import('../activities/contract.ts').Activities;`)).toEqual(
      [],
    );
  });

  it('lets the lab import what it runs, and nothing import the lab', () => {
    expect(lint('lab/planted.ts', `import { startTied } from '../worker/tied-process.ts';`)).toEqual([]);
    for (const room of ['problems', 'pki', 'worker', 'sim', 'cli']) {
      expect(lint(`${room}/planted.ts`, `import { components } from '../lab/components.ts';`)).toHaveLength(
        1,
      );
    }
  });

  it.each(['cli', 'sim', 'worker', 'lab'])('lets %s import no test, and nothing that was built', (room) => {
    expect(lint(`${room}/planted.ts`, `import { x } from '../test/support/eventually.ts';`)).toHaveLength(1);
    expect(lint(`${room}/deep/planted.ts`, `import { x } from '../../dist/cli/exit.js';`)).toHaveLength(1);
  });
});

import { globSync, readdirSync, readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { rbacFiles } from '../../deploy/files.ts';
import { pageWithRights } from '../../deploy/page.ts';
import { rights } from '../../deploy/rights.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

async function formatted(file: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(new URL(file, root))), filepath: file });
}

describe('deploy/rbac', () => {
  it.each([...rbacFiles()])('has %s as the table of rights has it: npm run rbac', async (name, text) => {
    expect(read(`deploy/rbac/${name}`)).toBe(await formatted(name, text));
  });

  it('has no other file', () => {
    expect(readdirSync(new URL('deploy/rbac', root)).sort()).toEqual([...rbacFiles().keys()].sort());
  });
});

describe('docs/security.md', () => {
  it('has every right of the table, and no other: npm run rbac', async () => {
    const page = read('docs/security.md');
    expect(page).toBe(await formatted('security.md', pageWithRights(page)));
  });
});

/** What the streaming classes of the client library ask for, by how they appear in the source. */
const streams: Readonly<Record<string, readonly string[]>> = {
  'new Exec(': ['pods/exec get', 'pods/exec create'],
  'new PortForward(': ['pods/portforward get', 'pods/portforward create'],
  'new Log(': ['pods/log get'],
  '/pods`, list': ['pods watch'],
};

/** `deployments patch`, for every call to an API server in the source. */
function called(): readonly string[] {
  const source = globSync('activities/**/*.ts', { cwd: root }).map(read).join('\n');
  const typed = source.matchAll(
    /\b(?:core|apps|batch|admission)\.(list|read|patch|create|replace|delete)(?:Namespaced)?([A-Z]\w*?)(?:ForAllNamespaces)?\(/g,
  );
  const custom = source.matchAll(/\bcustom\.(\w+)NamespacedCustomObject\([^)]*?plural: '(\w+)'/g);
  return [
    ...[...typed].map(([, verb = '', kind = '']) => `${resourceOf(kind)} ${verb === 'read' ? 'get' : verb}`),
    ...[...custom].map(([, verb = '', plural = '']) => `${plural} ${verb}`),
    ...Object.entries(streams).flatMap(([text, asked]) => (source.includes(text) ? asked : [])),
  ];
}

function resourceOf(kind: string): string {
  return kind === 'ServiceAccountToken' ? 'serviceaccounts/token' : `${kind.toLowerCase()}s`;
}

const sorted = (names: readonly string[]) => [...new Set(names)].sort();

describe('the table of rights', () => {
  it('has every right that the source makes use of, and no other', () => {
    const named = rights.flatMap(({ resource, verbs }) => verbs.map((verb) => `${resource} ${verb}`));
    expect(sorted(named)).toEqual(sorted(called()));
  });
});

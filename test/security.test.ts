import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('..', import.meta.url);

/** `deployments patch`, for every right that a row on Kubernetes names. */
function documented(): readonly string[] {
  const rows = readFileSync(new URL('docs/security.md', root), 'utf8').split('\n');
  return rows.flatMap((row) => {
    const [system, objects = '', verbs = ''] = row.split('|').slice(1);
    if (system?.trim() !== 'Kubernetes') return [];
    const named = [...objects.matchAll(/`([^`]+)`/g)].map(([, object]) => object ?? '');
    return named.flatMap((object) => verbs.split(',').map((verb) => `${object} ${verb.trim()}`));
  });
}

/** What the streaming classes of the client library ask for, by how they appear in the source. */
const streams: Readonly<Record<string, readonly string[]>> = {
  'new Exec(': ['pods/exec get', 'pods/exec create'],
  'new PortForward(': ['pods/portforward get', 'pods/portforward create'],
  'new Log(': ['pods/log get'],
  '/pods`, list': ['pods watch'],
};

/** The same for every call to an API server in the source. */
function called(): readonly string[] {
  const source = globSync('activities/**/*.ts', { cwd: root })
    .map((file) => readFileSync(new URL(file, root), 'utf8'))
    .join('\n');
  const typed = source.matchAll(
    /\b(?:core|apps|batch|admission)\.(list|read|patch|create|replace|delete)(?:Namespaced)?([A-Z]\w*?)(?:ForAllNamespaces)?\(/g,
  );
  const custom = source.matchAll(/\bcustom\.(\w+)NamespacedCustomObject\([^)]*?plural: '(\w+)'/g);
  return [
    ...[...typed].map(([, verb = '', kind = '']) => `${resourceOf(kind)} ${verb === 'read' ? 'get' : verb}`),
    ...[...custom].map(([, verb = '', plural = '']) => `${plural} ${verb}`),
    ...Object.entries(streams).flatMap(([text, rights]) => (source.includes(text) ? rights : [])),
  ];
}

function resourceOf(kind: string): string {
  return kind === 'ServiceAccountToken' ? 'serviceaccounts/token' : `${kind.toLowerCase()}s`;
}

const sorted = (rights: readonly string[]) => [...new Set(rights)].sort();

it('documents every right in a cluster that the source makes use of, and no other', () => {
  expect(sorted(documented())).toEqual(sorted(called()));
});

import { rights, rightsFiles, type Right, type Scope } from './rights.ts';

const marks = ['<!-- by npm run rbac -->', '<!-- to here -->'] as const;

const where: Readonly<Record<Scope, string>> = {
  cluster: 'all namespaces',
  proxies: "proxies' namespaces",
  istiod: "istiod's namespace",
  'kube-system': '`kube-system`',
};

/** The page on rights with its tables as the rights are now; the rest of it is as it was. */
export function pageWithRights(page: string): string {
  const [before, rest] = split(page, marks[0]);
  const [, after] = split(rest, marks[1]);
  return [before, marks[0], '\n\n', sections().join('\n\n'), '\n\n', marks[1], after].join('');
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new RangeError(`expected ${mark} in the page`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function sections(): readonly string[] {
  return rightsFiles.map(({ name, when }) => {
    const rows = rights.filter(({ file }) => file === name).map(rowOf);
    return [
      `### [\`${name}.yaml\`](../deploy/rbac/${name}.yaml): ${when}\n`,
      '| object | verbs | where | why | what it implies |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
}

function rowOf(right: Right): string {
  const { resource, names, verbs, scope, worker, why, implies, withheld } = right;
  const only = names === undefined ? '' : ` (only ${names.map((name) => `\`${name}\``).join(', ')})`;
  const by = worker === true ? ', _worker_' : '';
  const without = withheld === undefined ? '' : `. May be withheld: ${withheld}`;
  return `| \`${resource}\`${only} | ${verbs.join(', ')} | ${where[scope]}${by} | ${why}${without} | ${implies} |`;
}

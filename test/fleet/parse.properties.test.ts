import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { defaults } from '../../fleet/defaults.ts';
import { parseFleet } from '../../fleet/parse.ts';
import { problemsOf } from './problems-of.ts';

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const workloads = fc.oneof(
  fc.constant({ mode: 'renew' }),
  fc.integer({ min: 1, max: 100 }).map((batch) => ({ mode: 'restart', batch: `${batch}%` })),
);
const policy = fc.record({ workloads, cronJob: fc.constantFrom('wait', 'runNow') }, { requiredKeys: [] });
const cluster = fc.record(
  { name: label, context: label, revision: label, reach: label, policy },
  { requiredKeys: ['name'] },
);
const named = { selector: (one: { name: string }) => one.name, minLength: 1, maxLength: 4 };
const mesh = fc.record(
  { name: label, trustDomain: label, policy, clusters: fc.uniqueArray(cluster, named) },
  { requiredKeys: ['name', 'trustDomain', 'clusters'] },
);
const fleet = fc.record({
  apiVersion: fc.constant('meshturn.io/v1alpha1'),
  kind: fc.constant('Fleet'),
  name: label,
  meshes: fc.uniqueArray(mesh, named),
});

describe('any fleet file', () => {
  it('keeps every name and order, and takes the nearest policy', () => {
    fc.assert(
      fc.property(fleet, (written) => {
        const parsed = parseFleet(stringify(written), 'prod.yaml');
        expect(parsed.meshes.map((one) => one.name)).toEqual(written.meshes.map((one) => one.name));
        for (const [m, one] of written.meshes.entries()) {
          const clusters = parsed.meshes[m]?.clusters ?? [];
          expect(clusters.map((each) => each.name)).toEqual(one.clusters.map((each) => each.name));
          expect(clusters.map((each) => each.cronJob)).toEqual(
            one.clusters.map((each) => each.policy?.cronJob ?? one.policy?.cronJob ?? defaults.cronJob),
          );
        }
      }),
    );
  });

  it('with keys that nobody knows is refused once for each, at the key', () => {
    const strange = fc.uniqueArray(fc.stringMatching(/^zz[a-z]{1,6}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fleet, strange, (written, keys) => {
        const text = `${stringify(written)}${keys.map((key) => `${key}: 1\n`).join('')}`;
        const lines = text.split('\n');
        const problems = problemsOf(() => parseFleet(text, 'prod.yaml'));
        expect(problems.map(({ code }) => code)).toEqual(keys.map(() => 'FLEET_KEY_UNKNOWN'));
        expect(problems.map(({ details }) => details.object)).toEqual(
          keys.map((key) => `prod.yaml:${lines.indexOf(`${key}: 1`) + 1}:1: ${key}`),
        );
      }),
    );
  });

  it('that is no fleet file at all ends in named problems and nothing else', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.anything().map(asYaml),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(problemsOf(() => parseFleet(text, 'prod.yaml')).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

/** Some values have no YAML form; their refusal by the writer is of no interest here. */
function asYaml(value: unknown): string {
  try {
    return value === undefined ? '' : stringify(value);
  } catch {
    return 'null';
  }
}

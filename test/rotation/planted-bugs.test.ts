import { describe, expect, it } from 'vitest';
import type { Phase, Plan, Stage, StageName } from '../../rotation/plan.ts';
import { meshOf } from './model/arbitrary.ts';
import { Dice } from './model/dice.ts';
import { defaultPolicy, wantedRoots } from './model/observe.ts';
import { rotate, type Course } from './model/rotate.ts';

/** What the model says of a course from A to B, or from a three-root bundle to its ends, over many seeds. */
function verdicts(course: Course, bundle = ['A'], wanted = ['B']): readonly string[] {
  const said = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const mesh = meshOf({
      units: Array.from({ length: 2 }, () => ({
        istiods: [
          { version: '1.29.4', live: true },
          { version: '1.30.3', live: seed % 2 === 0 },
        ],
        clusters: [{ proxies: 2 }],
      })),
      bundle,
    });
    try {
      rotate(mesh, wantedRoots(mesh, wanted), new Dice(seed), course);
    } catch (error) {
      said.add(
        String(error)
          .replace(/^Error: /, '')
          .replace(/, (after|at the end of) .*/, ''),
      );
    }
  }
  return [...said].flatMap((each) => each.split('; '));
}

const spoilStages =
  (change: (stages: readonly Stage[]) => readonly Stage[]) =>
  (plan: Plan): Plan => ({
    ...plan,
    phases: plan.phases.map((phase) => ({
      ...phase,
      units: phase.units.map((step) => ({ ...step, stages: change(step.stages) })),
    })),
  });

const without = (name: StageName): ((plan: Plan) => Plan) =>
  spoilStages((stages) => stages.filter((stage) => stage.name !== name));

const unproven = (name: StageName): ((plan: Plan) => Plan) =>
  spoilStages((stages) => stages.map((stage) => (stage.name === name ? { ...stage, proofs: [] } : stage)));

/** Two phases without the barrier between them. */
function merged([first, second, ...rest]: readonly Phase[]): readonly Phase[] {
  if (first === undefined || second === undefined) return [];
  return [
    {
      ...first,
      units: first.units.map((step, i) => ({
        ...step,
        stages: [...step.stages, ...(second.units[i]?.stages ?? [])],
      })),
    },
    ...rest,
  ];
}

describe('the model of a mesh', () => {
  it('finds nothing wrong with what the planner plans', () => {
    expect(verdicts({})).toEqual([]);
    expect(verdicts({}, ['A', 'X', 'B'], ['B', 'A'])).toEqual([]);
  });

  it('sees proxies refuse each other in a two-phase rotation', () => {
    const two = { policy: { ...defaultPolicy, phases: 'two' as const } };
    expect(verdicts(two)).toEqual(expect.arrayContaining(['a proxy refuses leaves of A']));
  });

  it('sees leaves without their issuer where the chain is written after the key', () => {
    const afterKey = { policy: { ...defaultPolicy, chain: 'afterKey' as const } };
    expect(verdicts(afterKey)).toEqual(expect.arrayContaining(['an istiod signs with a torn chain']));
  });

  it('sees a signer that nobody trusts where distribute is left out', () => {
    const hasty = { spoil: (plan: Plan) => ({ ...plan, phases: plan.phases.slice(1) }) };
    expect(verdicts(hasty)).not.toEqual([]);
  });

  it('sees a cluster run ahead where there is no barrier after distribute', () => {
    const spoil = (plan: Plan): Plan => ({ ...plan, phases: merged(plan.phases) });
    expect(verdicts({ spoil })).toEqual(expect.arrayContaining(['a proxy refuses leaves of B']));
  });

  it('sees a cluster run ahead where there is no barrier after activate', () => {
    const spoil = (plan: Plan): Plan => ({
      ...plan,
      phases: [...plan.phases.slice(0, 1), ...merged(plan.phases.slice(1))],
    });
    expect(verdicts({ spoil })).toEqual(expect.arrayContaining(['an istiod hands out trust without A']));
  });

  it('sees a torn set where the chain of both generations is left out', () => {
    expect(verdicts({ spoil: without('chain-of-both') })).not.toEqual([]);
  });

  it('sees a torn set where the chain of both generations is not waited for', () => {
    expect(verdicts({ spoil: unproven('chain-of-both') })).toEqual(
      expect.arrayContaining(['an istiod signs with a torn chain']),
    );
  });

  it('sees a torn set where the chain is trimmed before the signer is loaded', () => {
    expect(verdicts({ spoil: unproven('signer') })).toEqual(
      expect.arrayContaining(['an istiod signs with a torn chain']),
    );
  });

  it('sees agents that refuse istiod where the new root is not waited for', () => {
    expect(verdicts({ spoil: unproven('add-roots') })).toEqual(
      expect.arrayContaining(['an agent refuses istiod by B']),
    );
  });

  it('sees an old istiod refuse a bundle where a middle root is cut out at once', () => {
    const refused = verdicts({ spoil: without('repeat-roots') }, ['A', 'X', 'B'], ['B', 'A']);
    expect(refused.some((each) => each.startsWith('refused: '))).toBe(true);
  });
});

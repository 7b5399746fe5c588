import { describe, expect, it } from 'vitest';
import { withPlan } from '../../rotation/course.ts';
import type { UnitReport } from '../../rotation/messages.ts';
import type { Phase, UnitStep } from '../../rotation/plan.ts';
import type { StepState } from '../../rotation/progress.ts';
import { RotationRun } from '../../workflows/rotation-run.ts';
import { aSecond } from './a-second.ts';
import { fingerprint } from './fake-ca.ts';
import { rotationInput } from './harness.ts';

const at = '2026-11-21T00:00:00.000Z';
const trust = { roots: [fingerprint('A')], signer: fingerprint('a') };

function phaseOf(units: readonly string[]): Phase {
  const steps = units.map((unit): UnitStep => {
    return { unit, controlPlanes: [unit], clusters: [unit], from: trust, chain: [], to: trust, stages: [] };
  });
  return { name: 'distribute', units: steps };
}

function runOf(units: readonly string[]): RotationRun {
  const run = new RotationRun(rotationInput({ rotationId: 'r-1', continueEvery: 1 }), at);
  const phase = phaseOf(units);
  const plan = { kind: 'root', phases: [phase], violations: [] } as const;
  run.progress = withPlan(run.progress, { plan, from: [], to: [], untils: {} });
  run.enter(phase, at);
  return run;
}

function report(unit: string, sequence: number, state: UnitReport['state']): UnitReport {
  const step = { cluster: unit, state: state as StepState, done: 1, total: 1, evidence: [] };
  const still = { code: 'ROLLOUT_STUCK', message: 'stuck', hint: 'look', at };
  const open = { doing: undefined, since: at, awaiting: undefined };
  const cluster = { ...step, ...open, stopped: state === 'stopped' ? still : undefined };
  return { rotationId: 'r-1', phase: 'distribute', unit, sequence, state, clusters: [cluster] };
}

describe('a rotation’s run', () => {
  it('starts no more units than the wave is wide, and gives the place of a stopped one away', () => {
    const run = runOf(['a', 'b', 'c']);
    const start = () => {
      const units = run.startable(1).map(({ unit }) => unit);
      for (const unit of units) run.started(unit);
      return units;
    };
    expect(start()).toEqual(['a']);
    expect(start()).toEqual([]);
    run.hear(report('a', 1, 'stopped'));
    expect(start()).toEqual(['b']);
    run.hear(report('b', 1, 'done'));
    expect(start()).toEqual(['c']);
  });

  it('lets one unit change its signer until a leaf by it is accepted, and stays where that is refused', () => {
    const units = phaseOf(['a', 'b', 'c']).units.map((unit): UnitStep => {
      const stage = { name: 'signer', write: {}, expect: trust, chain: [] } as const;
      return { ...unit, stages: [{ ...stage, proofs: ['synced', 'loaded', 'accepted', 'converged'] }] };
    });
    const start = (run: RotationRun) => {
      const names = run.startable(10).map(({ unit }) => unit);
      for (const unit of names) run.started(unit);
      return names;
    };
    const run = runOf(['a', 'b', 'c']);
    run.enter({ name: 'distribute', units }, at);
    expect(start(run)).toEqual(['a']);
    expect(start(run)).toEqual([]);
    // One that cannot be written gives its place to another.
    run.hear(report('a', 1, 'stopped'));
    expect(start(run)).toEqual(['b']);
    const [cluster] = report('b', 1, 'stopped').clusters;
    const stopped = { code: 'HANDSHAKE_REFUSED', message: 'refused', hint: 'look', at };
    run.hear({ ...report('b', 1, 'stopped'), clusters: cluster ? [{ ...cluster, stopped }] : [] });
    expect(start(run)).toEqual([]);
    run.hear({ ...report('b', 2, 'running'), accepted: true });
    const carried = new RotationRun(rotationInput({ carried: run.carry() }), at);
    expect(carried.startable(10).map(({ unit }) => unit)).toEqual(['c']);
    expect(start(run)).toEqual(['c']);
  });

  it('takes a report once, and none that is older than the last', () => {
    const run = runOf(['a', 'b']);
    run.started('a');
    run.hear(report('a', 2, 'done'));
    const { progress } = run;
    run.hear(report('a', 2, 'done'));
    run.hear(report('a', 1, 'stopped'));
    expect(run.progress).toEqual(progress);
    expect([run.longEnough, run.phaseDone]).toEqual([true, false]);
  });

  it('knows a command that was carried out, also after continue-as-new', () => {
    const run = runOf(['a']);
    expect(run.applied.admit('u1')).toBe(true);
    const shape = { fleet: 'prod', mesh: 'm', trustDomain: 't', waveWidth: 1, units: [] };
    const wanted = { kind: 'root', roots: [], signers: {}, certificates: [] } as const;
    run.ground = { shape: { ...shape, limits: aSecond }, wanted };
    const carried = run.carry();
    const next = new RotationRun(rotationInput({ carried }), at);
    expect(next.applied.admit('u1')).toBe(false);
    expect(next.phase?.units.map(({ unit }) => unit)).toEqual(['a']);
  });

  it('starts a unit anew whose workflow is no more, and hears the new one', () => {
    const run = runOf(['a']);
    run.started('a');
    run.hear(report('a', 40, 'stopped'));
    run.restart('distribute', 'a');
    expect(run.startable(1).map(({ unit }) => unit)).toEqual(['a']);
    run.started('a');
    run.hear(report('a', 0, 'done'));
    expect(run.phaseDone).toBe(true);
  });

  it('knows in a new run which barrier is to be passed, and how often its phase was needed again', () => {
    const run = runOf(['a']);
    run.started('a');
    run.hear(report('a', 1, 'done'));
    const phase = run.phase;
    run.leave(at);
    run.again = 2;
    const next = new RotationRun(rotationInput({ carried: run.carry() }), at);
    expect([next.phase, next.ended, next.again]).toEqual([undefined, phase, 2]);
    expect(next.progress.phases[0]?.state).toBe('done');
  });

  it('asks after no child before it is there, and takes no answer about the one before', () => {
    const run = runOf(['a']);
    run.started('a');
    expect(run.childOf('a')).toBeUndefined();
    run.begun('a');
    const first = run.childOf('a');
    run.hear(report('a', 1, 'stopped'));
    run.restart('distribute', 'a');
    run.started('a');
    expect(run.childOf('a')).toBeUndefined();
    run.begun('a');
    expect(run.childOf('a')).not.toBe(first);
  });

  it('carries what is wanted of the units that are not done', () => {
    const run = runOf(['a', 'b']);
    const shape = { fleet: 'prod', mesh: 'm', trustDomain: 't', waveWidth: 1, units: [], limits: aSecond };
    const signers = Object.fromEntries(
      ['a', 'b'].map((unit) => [unit, { fingerprint: unit, root: fingerprint('B'), chain: [unit] }]),
    );
    run.ground = { shape, wanted: { kind: 'root', roots: [fingerprint('B')], signers, certificates: [] } };
    run.hear(report('a', 1, 'done'));
    const next = new RotationRun(rotationInput({ carried: run.carry() }), at);
    expect(next.ground?.wanted.signers).toEqual({ b: signers['b'] });
    expect(next.ground?.wanted.roots).toEqual([fingerprint('B')]);
  });

  it('keeps a stop of a unit that is done once, and until it is as proven again or its barrier is passed', () => {
    const run = runOf(['a', 'b']);
    for (const unit of ['a', 'b']) {
      run.started(unit);
      run.hear(report(unit, 1, 'done'));
    }
    const [a, b] = run.begunUnits();
    if (a === undefined || b === undefined) throw new RangeError('expected two units');
    const stopped = { code: 'SOURCE_CHANGED_BY_OTHER', message: 'others', hint: 'look', at };
    const told = { code: stopped.code, message: stopped.message, at };
    const later = '2026-11-21T01:00:00.000Z';
    for (const step of [a, b, a]) run.saw(step, stopped, at);
    run.stop({ ...stopped, code: 'KEY_VAULT_FORBIDDEN' });
    run.goOn(later);
    run.saw(a, undefined, later);
    expect(run.evidence.carry().stops).toEqual([
      { ...told, clusters: ['a'], resumedAt: later },
      { ...told, clusters: ['b'] },
      { ...told, clusters: [], code: 'KEY_VAULT_FORBIDDEN', resumedAt: later },
    ]);
    run.enter(phaseOf(['a', 'b']), later);
    expect(run.evidence.carry().stops[1]).toMatchObject({ resumedAt: later });
    expect(run.progress.phases[0]?.clusters.map(({ state }) => state)).toEqual(['done', 'done']);
  });
});

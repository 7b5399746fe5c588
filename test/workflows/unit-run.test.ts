import { describe, expect, it } from 'vitest';
import type { UnitInput } from '../../rotation/messages.ts';
import { UnitRun } from '../../workflows/unit-run.ts';
import { aSecond } from './a-second.ts';
import { fingerprint, newCa } from './fake-ca.ts';
import { rotationInput } from './harness.ts';

const trust = { roots: [fingerprint('A')], signer: fingerprint('a') };
const at = '2026-11-21T00:00:00.000Z';
const stopped = { code: 'ROLLOUT_STUCK', message: 'stuck', hint: 'look', at };

function inputOf(clusters: readonly string[]): UnitInput {
  return {
    wanted: { kind: 'root', roots: [], signers: {}, certificates: [] },
    policy: rotationInput().policy,
    ...{ fleet: 'prod', mesh: 'payments', rotationId: 'r1', ca: newCa, phase: 'distribute', limits: aSecond },
    step: { unit: 'weu', controlPlanes: ['weu'], clusters, from: trust, chain: [], to: trust, stages: [] },
    shape: { unit: 'weu', controlPlanes: ['weu'], clusters: [], cronJob: 'wait' },
    parent: 'rotation/prod/payments',
  };
}

describe('a unit’s run', () => {
  it('counts the versions of a stage once, however often the stage is begun anew', () => {
    const run = new UnitRun(inputOf(['weu']));
    run.wrote('chain-of-both', 1);
    const next = new UnitRun(inputOf(['weu']), run.carry());
    next.wrote('chain-of-both', 1);
    next.wrote('signer', 2);
    expect(next.report().written).toBe(3);
  });

  it('counts every change, so that a late report is known', () => {
    const run = new UnitRun(inputOf(['weu']));
    const before = run.report().sequence;
    run.begin(['weu'], 'add-roots: write', undefined, at);
    run.count('weu', 3, 4);
    run.wrote('add-roots', 1);
    expect(run.report()).toMatchObject({ sequence: before + 3, state: 'running', written: 1 });
  });

  it('runs on while one of its clusters does, and is stopped when all that are not done are', () => {
    const run = new UnitRun(inputOf(['weu', 'remote']));
    run.begin(['weu', 'remote'], 'add-roots: converged', undefined, at);
    run.stop(['remote'], stopped);
    expect(run.report()).toMatchObject({ state: 'running', stopped });
    expect(run.urgent).toBe(true);
    run.stop(['weu'], stopped);
    expect(run.report().state).toBe('stopped');
    run.begin(['weu', 'remote'], 'add-roots: converged', undefined, at);
    expect(run.report().stopped).toBeUndefined();
  });

  it('lets one cluster go on, or all of them, and a stop after that stands', () => {
    const run = new UnitRun(inputOf(['weu', 'remote']));
    const mayGoOn = () => ['weu', 'remote'].map((cluster) => run.mayGoOn(cluster));
    run.resume(undefined);
    run.stop(['weu', 'remote'], stopped);
    expect(mayGoOn()).toEqual([false, false]);
    run.resume('remote');
    expect(mayGoOn()).toEqual([false, true]);
    run.resume(undefined);
    expect(mayGoOn()).toEqual([true, true]);
  });

  it('goes on in a new run with all that was reported, and with who was told to go on', () => {
    const run = new UnitRun(inputOf(['weu', 'remote']));
    run.begin(['weu', 'remote'], 'add-roots: converged', undefined, at);
    run.wrote('add-roots', 2);
    run.prove(['weu'], 'add-roots: 2 versions written');
    run.stop(['weu', 'remote'], stopped);
    run.resume('remote');
    const next = new UnitRun(inputOf(['weu', 'remote']), run.carry());
    expect(next.report()).toEqual(run.report());
    expect([next.mayGoOn('weu'), next.mayGoOn('remote'), next.isStopped('weu')]).toEqual([false, true, true]);
  });

  it('keeps its report below 16 KB, however much evidence there is', () => {
    const run = new UnitRun(inputOf(['weu']));
    for (let line = 0; line < 500; line += 1)
      run.prove(['weu'], `drop-roots: line ${line} ${'x'.repeat(200)}`);
    expect(JSON.stringify(run.report()).length).toBeLessThan(16 * 1024);
    expect(run.report().clusters[0]?.evidence.at(-1)).toContain('line 499');
  });

  it('keeps what was put in doubt, over other stops and new runs and its end, until it is proven', () => {
    const stages = (['chain-of-both', 'signer', 'trim-chain'] as const).map((name) => ({
      ...{ name, write: {}, proofs: [], expect: trust, chain: [] },
    }));
    const input = inputOf(['weu', 'remote']);
    const begun = { ...input, step: { ...input.step, stages } };
    const doubts = (run: UnitRun) => run.report().clusters.map((step) => step.doubts);
    const run = new UnitRun(begun);
    run.stage = 1;
    run.stop(['weu'], { ...stopped, code: 'HANDSHAKE_REFUSED' });
    run.stop(['weu', 'remote'], stopped);
    const kept = [['HANDSHAKE_REFUSED'], undefined];
    const next = new UnitRun(begun, run.carry());
    next.begin(['weu'], 'chain-of-both: write', undefined, at);
    next.stage = 0;
    next.stage = 1;
    expect(doubts(next)).toEqual(kept);
    const proven = new UnitRun(begun, next.carry());
    proven.stage = 2;
    expect(doubts(proven)).toEqual([undefined, undefined]);
    next.leave();
    expect(doubts(next)).toEqual(kept);
    const other = new UnitRun({ ...begun, doubts: { weu: ['HANDSHAKE_REFUSED'] } });
    other.stage = 3;
    expect(doubts(other)).toEqual(kept);
    other.finish();
    expect(doubts(other)).toEqual([undefined, undefined]);
  });

  it('has no doubt of what is served again while it rests, and keeps the others', () => {
    const run = new UnitRun(inputOf(['weu']));
    run.stop(['weu'], { ...stopped, code: 'HANDSHAKE_REFUSED' });
    run.begin(['weu'], 'signer: write', undefined, at);
    run.rest(at);
    run.regress(['weu'], { ...stopped, code: 'ISTIOD_REGRESSED' });
    expect(run.report().clusters[0]?.doubts).toEqual(['HANDSHAKE_REFUSED', 'ISTIOD_REGRESSED']);
    run.recover(at);
    expect(run.report().clusters[0]).toMatchObject({ state: 'paused', doubts: ['HANDSHAKE_REFUSED'] });
  });

  describe('that a look finds wrong', () => {
    const found = { ...stopped, code: 'SOURCE_CHANGED_BY_OTHER', message: 'others' };
    const later = '2026-11-21T01:00:00.000Z';
    const told = (run: UnitRun) => run.report().clusters.map(({ stopped: why }) => why?.code);
    const stillFor = (clusters: readonly string[]) => {
      const run = new UnitRun(inputOf(clusters));
      run.stop(clusters, stopped);
      return run;
    };

    it('stands still again for what had stopped it before, over new runs, and the evidence has each stop once', () => {
      const run = stillFor(['weu', 'remote']);
      run.regress(run.clusters, found);
      expect(told(run)).toEqual([found.code, found.code]);
      const next = new UnitRun(inputOf(['weu', 'remote']), run.carry());
      next.regress(next.clusters, { ...found, at: later });
      next.recover(later);
      expect(told(next)).toEqual([stopped.code, stopped.code]);
      expect(next.clusters.some((cluster) => next.mayGoOn(cluster))).toBe(false);
      const { code, message } = stopped;
      expect(next.evidence.carry().stops).toEqual([
        { clusters: ['weu', 'remote'], code, message, at },
        { clusters: ['weu', 'remote'], code: found.code, message: 'others', at, resumedAt: later },
      ]);
    });

    it('goes on where it was told to, though the look that finds it right comes with that', () => {
      const run = stillFor(['weu', 'remote']);
      run.regress(run.clusters, found);
      run.resume('weu');
      run.recover(later);
      expect(run.mayGoOn('weu')).toBe(true);
      expect(told(run)).toEqual([found.code, stopped.code]);
    });

    it('goes on by itself where nothing had stopped it before, and stops again for the same', () => {
      const run = new UnitRun(inputOf(['weu']));
      run.begin(['weu'], 'add-roots: converged', undefined, at);
      run.regress(['weu'], found);
      run.recover(later);
      expect(run.mayGoOn('weu')).toBe(true);
      run.begin(['weu'], 'add-roots: write', undefined, later);
      run.regress(['weu'], found);
      expect([run.isStopped('weu'), run.mayGoOn('weu')]).toEqual([true, false]);
    });

    it('stands still for what has stopped it since, also when the look finds it right', () => {
      const run = stillFor(['weu']);
      run.regress(['weu'], found);
      run.stop(['weu'], { ...stopped, code: 'LOAD_TIMED_OUT' });
      run.recover(later);
      expect(told(run)).toEqual(['LOAD_TIMED_OUT']);
    });

    it('tells what a later look finds in place of the earlier, and what had stopped it before both', () => {
      const run = stillFor(['weu']);
      const before = told(run);
      run.regress(['weu'], found);
      run.regress(['weu'], { ...found, code: 'HELD_BY_OTHER_ROTATION' });
      expect(told(run)).toEqual(['HELD_BY_OTHER_ROTATION']);
      run.recover(later);
      expect(told(run)).toEqual(before);
    });

    it('keeps the words of a stop that say more than the look, and what that puts in doubt until it is gone', () => {
      const run = new UnitRun(inputOf(['weu']));
      run.stop(['weu'], { ...stopped, code: 'ROLL_STUCK' });
      const { sequence } = run;
      run.regress(['weu'], { ...found, code: 'ISTIOD_REGRESSED' });
      expect(run.sequence).toBeGreaterThan(sequence);
      expect(run.report().clusters).toMatchObject([
        { stopped: { code: 'ROLL_STUCK' }, doubts: ['ISTIOD_REGRESSED'] },
      ]);
      run.recover(later);
      expect(told(run)).toEqual(['ROLL_STUCK']);
      expect(run.report().clusters[0]?.doubts).toBeUndefined();
    });
  });

  it('tells with a stop what is proven of trust and signer, and what a write has begun to change', () => {
    const roots = [fingerprint('A'), fingerprint('B')];
    const expect1 = { roots, signer: trust.signer };
    const stages = [{ name: 'add-roots', write: { roots }, proofs: [], expect: expect1, chain: [] }] as const;
    const input = inputOf(['weu']);
    const run = new UnitRun({ ...input, step: { ...input.step, stages, longestLeaf: 7200 } });
    const footing = () => {
      run.stop(['weu'], stopped);
      expect(run.report().stopped?.longestLeaf).toBe(7200);
      return run.report().stopped?.footing;
    };
    expect(footing()).toBeUndefined();
    run.stage = 0;
    expect(footing()).toEqual({ trusts: trust.roots, signs: 'old' });
    run.wrote('add-roots', 1);
    const underWay = { trusts: roots, signs: 'old' };
    expect(footing()).toEqual({ trusts: trust.roots, signs: 'old', underWay });
    run.stage = 1;
    expect(footing()).toEqual(underWay);
  });
});

import { describe, expect, it } from 'vitest';
import { memoOf } from '../../../rotation/memo.ts';
import { golden } from '../golden.ts';
import { completed, now, progress } from '../samples.ts';
import { expectDescribed } from '../schemas/committed.ts';
import { fleetFile, scripted, session } from '../session.ts';
import { former, rotatedMesh } from './rotated-mesh.ts';

const command = 'rotation rollback prod/payments';
const live = (...states: readonly ReturnType<typeof progress>[]) =>
  scripted(...states.map((state) => ({ kind: 'live', progress: state }) as const));
const turning = progress({ state: 'turningBack', digest: 'd2' });

/** Played on a terminal where nobody expects to be asked. */
async function unasked(name: string, flags: string, ...states: readonly ReturnType<typeof progress>[]) {
  const rotations = live(...states);
  await golden(name, `${command} ${flags}`, { rotations, answers: [] });
  return rotations.told.map(([told]) => told);
}

describe('the flags of a rollback, while the rotation runs', () => {
  it('confirm it by the fleet’s name, and by no other', async () => {
    expect(await unasked('rollback-confirmed', '--confirm prod', progress())).toEqual(['rollback']);
    expect(await unasked('rollback-confirmed-wrong', '--confirm prud', progress())).toEqual([]);
    expect(await unasked('rollback-confirmed-wrong-dry-run', '--confirm prud --dry-run', progress())).toEqual(
      [],
    );
  });

  it('give it no override, and say how it is given', async () => {
    const given = '--override SOURCE_CHANGED_BY_OTHER';
    expect(await unasked('rollback-override', `${given} --reason tested --yes`, progress())).toEqual([]);
    const overridden = [
      { invariant: 9, code: 'HELD_BY_OTHER_ROTATION', unit: 'u', text: '', mend: '', overridden: 'crash' },
    ];
    const back = progress({ state: 'stopped', rollsBack: 'r-00000000', violations: overridden });
    const flags = `-f fleets/prod.yaml ${given} --reason tested`;
    expect(await unasked('rollback-override-again', flags, back)).toEqual([]);
  });

  it('are refused like those of one that is started', async () => {
    const rotations = live(progress());
    for (const [flags, code] of [
      ['--override NO_SUCH --reason tested', 'OVERRIDE_UNKNOWN'],
      ['--override ROOT_COMPROMISED --reason tested', 'OVERRIDE_FORBIDDEN'],
      ['--override SOURCE_CHANGED_BY_OTHER', 'REASON_MISSING'],
    ] as const) {
      const { stderr, exit } = await session(`${command} ${flags}`.split(' '), { rotations });
      expect(exit).toBe(64);
      expect(stderr).toContain(`[${code}]`);
    }
    expect(rotations.told).toEqual([]);
  });

  it('do not send away for an abort that the rotation would refuse, or that alone is wanted', async () => {
    for (const state of ['aborting', 'observing'] as const) {
      const flags = '--override SOURCE_CHANGED_BY_OTHER --reason tested';
      const { stderr } = await session(`${command} ${flags}`.split(' '), {
        rotations: live(progress({ state })),
      });
      expect(stderr).toContain('[COMMAND_REFUSED]');
    }
  });
});

describe('a rollback under JSON', () => {
  const json = (flags: string, rotations: ReturnType<typeof scripted>) =>
    session(`${command} -o json${flags}`.split(' '), { rotations, answers: [] });

  it('prints the state of a rotation that was told to turn back, and asks nobody', async () => {
    const rotations = live(progress(), turning);
    const { stdout, stderr, exit } = await json('', rotations);
    expect(expectDescribed(stdout)).toMatchObject({ schema: 'meshturn.rotation/v1', state: 'turningBack' });
    expect(stderr).toContain('prod/payments comes to rest and turns back.');
    expect(exit).toBe(0);
    expect(rotations.told).toHaveLength(1);
  });

  it('prints what is left behind where the worker is gone since', async () => {
    const memo = memoOf(turning, now.toISOString());
    const left = scripted({ kind: 'live', progress: progress() }, { kind: 'silent', memo });
    const { stdout } = await json('', left);
    expect(expectDescribed(stdout)).toMatchObject({ schema: 'meshturn.rotation-memo/v1' });
  });

  it('prints the state as it is under --dry-run, and tells nobody', async () => {
    const rotations = live(progress());
    const { stdout, stderr } = await json(' --dry-run', rotations);
    expect(expectDescribed(stdout)).toMatchObject({ schema: 'meshturn.rotation/v1', state: 'running' });
    expect(stderr).toContain('Nothing was changed.');
    expect(rotations.told).toEqual([]);
  });

  it('prints what was started, or would be, where the rotation has ended', async () => {
    for (const [flags, schema] of [
      ['', 'meshturn.started/v1'],
      ['--dry-run', 'meshturn.plan/v1'],
    ] as const) {
      const argv = `${command} -f ${fleetFile} -o json ${flags}`.trim().split(' ');
      const { stdout } = await session(argv, {
        ...{ mesh: rotatedMesh, rotations: live(completed()), answers: [] },
        observe: { inspectCa: () => Promise.resolve(former) },
      });
      expect(expectDescribed(stdout)).toMatchObject({ schema });
    }
  });
});

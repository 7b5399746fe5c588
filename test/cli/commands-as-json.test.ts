import { describe, expect, it } from 'vitest';
import type { CommandName } from '../../rotation/commands.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { progress, stopped } from './samples.ts';
import { expectDescribed } from './schemas/committed.ts';
import { scripted, session } from './session.ts';

const live = (state: RotationProgress) => scripted({ kind: 'live', progress: state });
const given = { name: 'pause', reason: undefined, at: '2026-11-21T12:00:00.000Z' } as const;
const pausing = progress({ state: 'paused', command: given });

const commands: readonly (readonly [CommandName, RotationProgress, readonly string[]])[] = [
  ['pause', progress(), []],
  ['resume', pausing, []],
  ['abort', progress(), ['--yes']],
  ['rollback', progress(), ['--yes']],
  ['retry', stopped, []],
];

describe('a command under -o json', () => {
  it.each(commands)('prints the rotation after %s, and words beside it', async (name, state, flags) => {
    const rotations = live(state);
    const ran = await session(['rotation', name, 'prod/payments', ...flags, '-o', 'json'], { rotations });
    expect(ran.exit).toBe(0);
    expect(expectDescribed(ran.stdout)).toMatchObject({ schema: 'meshturn.rotation/v1', state: state.state });
    expect(ran.stderr).toContain('Watch it: meshturn rotation watch prod/payments');
    const heard = [...rotations.told.map(([command]) => command), ...rotations.retried.map(() => 'retry')];
    expect(heard).toEqual([name]);
  });

  it.each(commands)('prints the rotation as it is where %s is only tried', async (name, state, flags) => {
    const rotations = live(state);
    const argv = ['rotation', name, 'prod/payments', ...flags, '--dry-run', '-o', 'json'];
    const ran = await session(argv, { rotations });
    expect(ran.exit).toBe(0);
    expect(expectDescribed(ran.stdout)).toMatchObject({ state: state.state });
    expect(ran.stderr).toContain('Nothing was changed.');
    expect([...rotations.told, ...rotations.retried]).toEqual([]);
  });

  it('asks nobody, though somebody is there', async () => {
    const rotations = live(progress());
    const argv = ['rotation', 'abort', 'prod/payments', '-o', 'json'];
    expect(await session(argv, { rotations, answers: ['n'] })).toMatchObject({ exit: 0 });
    expect(rotations.told.map(([command]) => command)).toEqual(['abort']);
  });
});

import { describe, expect, it } from 'vitest';
import { memoOf } from '../../rotation/memo.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { endedMemo, endedProgress } from '../../rotation/server-end.ts';
import { golden } from './golden.ts';
import { now, progress, stopped } from './samples.ts';
import { fleetFile, scripted, session } from './session.ts';

const live = (state: RotationProgress) => scripted({ kind: 'live', progress: state });

describe('a rotation that the Temporal server has ended', () => {
  it('is told as terminated, by its last word or by what it left behind', async () => {
    const ended = { state: 'terminated', at: new Date(now.getTime() - 60_000).toISOString() } as const;
    const seen = live(endedProgress(progress(), ended));
    await golden('status-terminated', 'rotation status prod/payments', { rotations: seen });
    await golden('status-terminated-stopped', 'rotation status prod/payments', {
      rotations: live(endedProgress(stopped, ended)),
    });
    await golden('watch-terminated', 'rotation watch prod/payments', { rotations: seen });
    const told = memoOf(progress(), new Date(now.getTime() - 180_000).toISOString());
    const left = { kind: 'silent', memo: endedMemo(told, ended, progress()), ended } as const;
    const running = { kind: 'live', progress: progress() } as const;
    await golden('status-terminated-silent', 'rotation status prod/payments', { rotations: scripted(left) });
    await golden('watch-terminated-silent', 'rotation watch prod/payments', {
      rotations: scripted(running, left),
    });
    await golden('pause-terminated-silent', 'rotation pause prod/payments', { rotations: scripted(left) });
    const never = { kind: 'silent', memo: undefined, ended } as const;
    await golden('status-terminated-early', 'rotation status prod/payments', { rotations: scripted(never) });
    await golden('rollback-terminated-early', 'rotation rollback prod/payments -f fleets/prod.yaml', {
      rotations: scripted(never),
    });
  });

  it.each(['terminated', 'cancelled', 'timedOut', 'crashed'] as const)(
    'is led back where it was %s, whoever says so',
    async (state) => {
      const ended = { state, at: now.toISOString() };
      const back = progress({ rollsBack: 'r-00000000' });
      const at = now.toISOString();
      for (const [seen, before] of [
        [{ kind: 'live', progress: endedProgress(progress(), ended) }, progress().id],
        [
          { kind: 'silent', memo: endedMemo(memoOf(progress(), at), ended, progress()), ended },
          progress().id,
        ],
        [{ kind: 'live', progress: endedProgress(back, ended) }, 'r-00000000'],
      ] as const) {
        const rotations = scripted(seen);
        const argv = ['rotation', 'rollback', 'prod/payments', '-f', fleetFile, '--yes'];
        await session(argv, { rotations });
        expect(rotations.started.map(({ ca }) => ca)).toEqual([{ kind: 'root', before }]);
      }
    },
  );
});

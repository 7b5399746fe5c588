import { expect, it } from 'vitest';
import { renderProgress } from '../../../cli/render/progress.ts';
import { aborted, activating, forbidden, now, progress, step } from '../samples.ts';

it('folds a phase of many clusters to what stands still and what is slowest', () => {
  const clusters = Array.from({ length: 300 }, (_, index) =>
    step(`c-${index}`, {
      state: index === 250 ? 'stopped' : 'running',
      since: new Date(now.getTime() - index * 1000).toISOString(),
    }),
  );
  const [, activate] = progress().phases;
  if (activate === undefined) throw new Error('expected a phase');
  const lines = renderProgress(progress({ phases: [{ ...activate, clusters }] }), now).split('\n');
  expect(lines.slice(2, 4)).toEqual(['  ■ c-250  –  stopped', '  ● c-299  –  running']);
  expect(lines).toContain('  and 290 more');
});

it('promises no safety once an invariant was overridden', () => {
  const stopped = { code: 'NOT_CONVERGED', message: 'c: not converged', hint: 'look', at: now.toISOString() };
  const violation = {
    invariant: 2,
    code: 'ROOT_IN_USE',
    unit: 'c',
    text: '',
    mend: '',
    overridden: 'a test',
  };
  const [, activate] = progress().phases;
  if (activate === undefined) throw new Error('expected a phase');
  const phases = [{ ...activate, clusters: [step('c', { state: 'stopped', stopped })] }];
  const text = renderProgress(progress({ phases, violations: [violation] }), now);
  expect(text).toContain('ROOT_IN_USE was overridden: nothing vouches for the mesh.');
  expect(text).not.toContain('is safe');
});

it('says that every cluster is looked at before a phase and after the last', () => {
  const [distribute, , revoke] = progress().phases;
  if (distribute === undefined || revoke === undefined) throw new Error('expected three phases');
  expect(renderProgress(progress({ phases: [distribute, revoke] }), now)).toContain(
    '○ revoke      looking at every cluster before it begins',
  );
  expect(renderProgress(progress({ phases: [distribute] }), now)).toContain(
    'root A → B · looking at every cluster once more · 12h 48m elapsed',
  );
  const first = progress({ phases: [], from: [], to: [], state: 'observing' });
  expect(renderProgress(first, now)).toContain('prod/payments · root · looking at every cluster · ');
});

it('leads a way back that was aborted on backwards, not forward again', () => {
  const text = renderProgress({ ...aborted(), rollsBack: 'r-00000000' }, now);
  expect(text).toContain('  Go on: meshturn rotation rollback prod/payments -f …');
  expect(text).not.toContain('rotation start');
});

it('does not say that nothing was written where a way back was aborted before its first phase', () => {
  const command = { name: 'abort', reason: undefined, at: now.toISOString() } as const;
  const ended = progress({ state: 'aborted', rollsBack: 'r-00000000', phases: [], command });
  const text = renderProgress(ended, now);
  expect(text).toContain('the mesh stands where the rotation that it leads back was brought to rest.');
  expect(text).toContain('  Go on: meshturn rotation rollback prod/payments -f …');
  expect(text).not.toContain('Nothing was written.');
});

it.each(['pausing', 'paused'] as const)(
  'says to resume before a retry, which is refused while %s',
  (state) => {
    const command = { name: 'pause', reason: undefined, at: now.toISOString() } as const;
    const phases = [activating({ state: 'stopped', awaiting: undefined, stopped: forbidden })];
    expect(renderProgress(progress({ state, command, phases }), now)).toContain(
      [
        '        then: meshturn rotation resume prod/payments',
        '        then: meshturn rotation retry prod/payments --cluster aks-eus-1',
      ].join('\n'),
    );
  },
);

it('gives nothing to type for a cluster of a rotation that has ended', () => {
  const hint =
    'look at its pods: kubectl get pods; it goes on by itself, or at once: meshturn rotation retry …';
  const stopped = { ...forbidden, code: 'ISTIOD_REGRESSED', hint };
  const clusters = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => step(name, { state: 'stopped', stopped }));
  const text = renderProgress({ ...aborted(), phases: [{ ...activating(), clusters }] }, now);
  expect(text).toContain('[ISTIOD_REGRESSED]');
  expect(text).toContain('and 5 clusters more');
  expect(text).toContain('  hint: look at its pods: kubectl get pods\n');
  expect(text).not.toContain('retry');
  expect(text).not.toContain('goes on by itself');
});

it('names the rotation that a way back was to lead back where that one failed, as no rollback takes a failed one', () => {
  const failed = progress({ state: 'failed', rollsBack: 'r-00000000', phases: [], stopped: forbidden });
  expect(renderProgress(failed, now)).toContain(
    '        then: meshturn rotation rollback prod/payments -f … --rotation r-00000000',
  );
});

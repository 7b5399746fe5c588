import { expect, it } from 'vitest';
import { Problem } from '../../../problems/problem.ts';
import type { PhaseProgress, RotationProgress } from '../../../rotation/progress.ts';
import type { CommandRequest } from '../../../rotation/messages.ts';
import type { Rotations } from '../../../cli/rotations.ts';
import { golden } from '../golden.ts';
import { activating, completed, forbidden, progress, stopped } from '../samples.ts';
import { session } from '../session.ts';

/**
 * A rotation that is in the next of these states as soon as it was looked at, and refuses what was decided upon
 * another than it is in, as its workflow does.
 */
function moving(...states: readonly RotationProgress[]) {
  const accepted: CommandRequest[] = [];
  let index = 0;
  const at = (): RotationProgress => states[Math.min(index, states.length - 1)] ?? progress();
  const rotations: Partial<Rotations> = {
    look: () => {
      const seen = at();
      index += 1;
      return Promise.resolve({ kind: 'live', progress: seen });
    },
    tell: (_, __, request) => {
      const { digest } = at();
      if (request.digest !== undefined && request.digest !== digest) {
        const found = `the rotation has moved on: digest is ${digest}`;
        return Promise.reject(new Problem('COMMAND_REFUSED', { object: 'prod/payments', found }));
      }
      accepted.push(request);
      return Promise.resolve();
    },
  };
  return { rotations, accepted };
}

/** With the phase under way, those before it done, and those after it waiting. */
function within(name: PhaseProgress['name'], digest: string): RotationProgress {
  const { phases } = progress();
  const current = phases.findIndex((phase) => phase.name === name);
  const stateOf = (index: number) => {
    if (index === current) return 'running';
    return index < current ? 'done' : 'waiting';
  };
  return progress({ digest, phases: phases.map((phase, index) => ({ ...phase, state: stateOf(index) })) });
}

const seen = within('distribute', 'd1');
const later = within('revoke', 'd3');
const further = progress({
  digest: 'd2',
  phases: progress().phases.map((phase) => (phase.name === 'activate' ? activating({ done: 9 }) : phase)),
});

it('asks again before a rotation is aborted or turned that has come to another phase', async () => {
  for (const [name, command] of [
    ['abort-moved', 'rotation abort prod/payments'],
    ['rollback-moved', 'rotation rollback prod/payments'],
  ] as const) {
    const { rotations, accepted } = moving(seen, later);
    await golden(name, command, { rotations, answers: ['y', 'y'] });
    expect(accepted).toEqual([{ digest: 'd3' }]);
  }
});

it('tells it nothing where the answer is another then', async () => {
  const { rotations, accepted } = moving(seen, later);
  const abort = ['rotation', 'abort', 'prod/payments'];
  expect(await session(abort, { rotations, answers: ['y', 'n'] })).toMatchObject({ exit: 1 });
  expect(accepted).toEqual([]);
});

it.each([
  ['abort-moved-unasked', 'abort prod/payments'],
  ['abort-moved-yes', 'abort prod/payments --yes'],
  ['rollback-moved-json', 'rollback prod/payments -o json'],
])('ends with what has changed where nobody can be asked again: %s', async (name, command) => {
  const { rotations, accepted } = moving(seen, later);
  await golden(name, `rotation ${command}`, { rotations, ...(name.endsWith('yes') ? { answers: [] } : {}) });
  expect(accepted).toEqual([]);
});

it('asks again where a cluster has stopped meanwhile, or stands still no more', async () => {
  const both = {
    ...stopped,
    digest: 'd5',
    phases: stopped.phases.map((phase) => ({
      ...phase,
      clusters: phase.clusters.map((step) =>
        step.cluster === 'aks-neu-1' && phase.state === 'stopped'
          ? { ...step, state: 'stopped' as const, stopped: { ...forbidden, code: 'ISTIOD_REGRESSED' } }
          : step,
      ),
    })),
  };
  const { rotations, accepted } = moving({ ...stopped, digest: 'd4' }, both, further);
  await golden('abort-stopped-since', 'rotation abort prod/payments', {
    rotations,
    answers: ['y', 'y', 'y'],
  });
  expect(accepted).toEqual([{ digest: 'd2' }]);
});

it('asks again where another rotation has taken its place', async () => {
  const { rotations, accepted } = moving(progress(), { ...further, id: 'r-11111111' });
  const abort = ['rotation', 'abort', 'prod/payments'];
  const { stderr } = await session(abort, { rotations, answers: ['y', 'n'] });
  expect(stderr).toContain('prod/payments has moved on: it was r-0a1b2c3d, and is r-11111111.');
  expect(accepted).toEqual([]);
});

it('tells it again, and asks nobody, where it only got on within its phase', async () => {
  const { rotations, accepted } = moving(progress(), further);
  const { exit } = await session(['rotation', 'abort', 'prod/payments'], { rotations, answers: ['y'] });
  expect(exit).toBe(0);
  expect(accepted).toEqual([{ digest: 'd2' }]);
});

it('gives up with the refusal where it gets on faster than it can be told', async () => {
  const digests = ['d1', 'd2', 'd3', 'd4', 'd5'];
  const { rotations, accepted } = moving(...digests.map((digest) => progress({ digest })));
  const { stderr, exit } = await session(['rotation', 'abort', 'prod/payments', '--yes'], { rotations });
  expect(exit).toBe(1);
  expect(stderr).toContain('the rotation has moved on: digest is d4');
  expect(accepted).toEqual([]);
});

it('says what the rotation says where it has ended meanwhile', async () => {
  const { rotations } = moving(progress(), { ...completed(), digest: 'd9' });
  const { stderr } = await session(['rotation', 'abort', 'prod/payments'], { rotations, answers: ['y'] });
  expect(stderr).toContain('[COMMAND_REFUSED]\n  found    it has completed');
});

it('pauses a rotation wherever it has come to', async () => {
  const { rotations, accepted } = moving(seen, later);
  const pause = ['rotation', 'pause', 'prod/payments', '--reason', 'change freeze'];
  expect(await session(pause, { rotations })).toMatchObject({ exit: 0 });
  expect(accepted).toEqual([{ reason: 'change freeze' }]);
});

it('does not let a rotation go on that has stopped since it was seen', async () => {
  const paused = progress({ state: 'paused' });
  const { rotations, accepted } = moving(paused, { ...stopped, state: 'paused', digest: 'd4' });
  const { stderr } = await session(['rotation', 'resume', 'prod/payments'], { rotations });
  expect(stderr).toContain('found    stopped since: aks-eus-1 [KEY_VAULT_FORBIDDEN]');
  expect(accepted).toEqual([]);
});

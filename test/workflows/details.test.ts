import { describe, expect, it } from 'vitest';
import { memoOf } from '../../rotation/memo.ts';
import type { UnitInput, UnitReport } from '../../rotation/messages.ts';
import type { ClusterStep } from '../../rotation/progress.ts';
import { relianceOf } from '../../rotation/reliance.ts';
import { rotationDetails } from '../../workflows/rotation-details.ts';
import { unitDetails } from '../../workflows/unit-details.ts';
import { aborted, activating, forbidden, progress, step } from '../cli/samples.ts';

const at = '2026-11-03T13:00:00.000Z';
const waits = (until: string): Partial<ClusterStep> => ({
  state: 'running',
  doing: 'signer: loaded',
  since: at,
  done: 0,
  total: 0,
  awaiting: { what: 'every istiod to serve it', until },
  evidence: ['the set is in both volumes'],
});
const soon = step('aks-weu-1', waits('2026-11-03T13:14:03.512Z'));
const tomorrow = step('aks-neu-1', waits('2026-11-04T01:00:00.000Z'));
const stopped = step('aks-eus-1', {
  state: 'stopped',
  doing: undefined,
  awaiting: undefined,
  evidence: [],
  stopped: { ...forbidden, message: 'two things:\nthis\nthat' },
});
const clusters = [soon, tomorrow, stopped];

const unit: Pick<UnitInput, 'fleet' | 'mesh' | 'ca' | 'phase' | 'reliance'> = {
  ...{ fleet: 'prod', mesh: 'payments', ca: { kind: 'root', directory: '/new-ca' } },
  ...{ phase: 'activate', reliance: relianceOf(progress()) },
};

function report(steps: readonly ClusterStep[]): UnitReport {
  return {
    rotationId: 'r-1',
    unit: 'aks-weu-1',
    phase: 'activate',
    sequence: 1,
    state: 'running',
    clusters: steps,
  };
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

it('tells of a unit whose write may have been carried out, and whether the mesh is safe in both states', () => {
  const footing = { ...forbidden.footing, set: 'either' as const };
  const step = { ...stopped, stopped: { ...forbidden, footing } };
  const lines = unitDetails(report([step]), unit, at).split('\n');
  expect(lines[0]).toContain('The mesh is safe, whichever of its two states aks-eus-1 is in: ');
  expect(lines).toContain(
    '- aks-eus-1 trusts A B and signs with A (S1), or signs with B already (S2): its last write failed, and may have been carried out.',
  );
});

it('shows a rotation as flat bullets, first what stopped, with times that people read', () => {
  const phases = [{ ...activating(), clusters, startedAt: at }];
  const lines = rotationDetails(progress({ phases }), at).split('\n');
  expect(lines.slice(0, 2)).toEqual([expect.stringMatching(/ · as of 13:00:00 UTC$/), '']);
  expect(lines.slice(2)).toEqual([
    '- The mesh is safe: every cluster trusts what every other signs with, until Root A expires on 2027-01-14.',
    `- ■ **aks-eus-1 stopped in activate**: two things:; this; that **${forbidden.code}**`,
    '- aks-eus-1 trusts A B and signs with A; under way: signs with B.',
    `- hint: \`${forbidden.hint}\``,
    '- then: More Actions, Send an Update, `retry` with `{"cluster":"aks-eus-1"}`',
    '- ● **activate** 0/3 clusters',
    '- ● aks-weu-1 signer: loaded, waits for every istiod to serve it until 13:14:03 UTC',
    '- ● aks-neu-1 signer: loaded, waits for every istiod to serve it until 2026-11-04 01:00:00 UTC',
    `- ■ aks-eus-1 stopped at 2026-11-21 12:50:00 UTC **${forbidden.code}**`,
  ]);
});

it('keeps a command as it is to be typed, whatever it quotes', () => {
  const hint = 'name the group that `reach` has: meshturn worker --reach GROUP';
  const phases = [{ ...activating({ state: 'stopped', stopped: { ...forbidden, hint } }) }];
  expect(rotationDetails(progress({ phases }), at)).toContain(`\n- hint: \`\` ${hint} \`\`\n`);
});

it('shows the step of a unit as flat bullets likewise', () => {
  const details = unitDetails(report(clusters), unit, at);
  expect(details.split('\n')).toEqual([
    '- The mesh is safe: every cluster trusts what every other signs with, until Root A expires on 2027-01-14.',
    `- ■ **aks-eus-1 stopped in activate**: two things:; this; that **${forbidden.code}**`,
    '- aks-eus-1 trusts A B and signs with A; under way: signs with B.',
    `- hint: \`${forbidden.hint}\``,
    '- then: More Actions, Send an Update, `retry` with `{"cluster":"aks-eus-1"}`, on the page of the rotation',
    '- **aks-eus-1** stopped',
    '- **aks-weu-1** running, signer: loaded, waits for every istiod to serve it, until 13:14:03 UTC',
    '- aks-weu-1: the set is in both volumes',
    '- **aks-neu-1** running, signer: loaded, waits for every istiod to serve it, until 2026-11-04 01:00:00 UTC',
    '- aks-neu-1: the set is in both volumes',
  ]);
});

it('sends whoever reads of a stopped unit to `resume` first while a pause holds it', () => {
  const then = unitDetails(report([stopped]), { ...unit, hold: 'pause' }, at)
    .split('\n')
    .filter((line) => line.startsWith('- then: '));
  expect(then).toEqual([
    '- then: More Actions, Send an Update, `resume` with `{}`, on the page of the rotation',
    '- then: More Actions, Send an Update, `retry` with `{"cluster":"aks-eus-1"}`, on the page of the rotation',
  ]);
});

it('says where a rotation that was ended by a person has left its mesh', () => {
  expect(rotationDetails(aborted(), at).split('\n')).toEqual(
    expect.arrayContaining([
      '- ◐ prod/payments was aborted at 2026-11-21 12:58:00 UTC (another team needs the weekend)',
      expect.stringMatching(/^- aks-eus-1 S1 trusts A B, signs with /),
      '- The mesh may stay like this: every cluster trusts what every other signs with, until Root A expires on 2027-01-14.',
    ]),
  );
});

describe('of a thousand clusters that all say as much as they can', () => {
  const long = 'x'.repeat(4000);
  const name = (index: number): string => `${'c'.repeat(59)}${String(index).padStart(4, '0')}`;
  const all = (change: (index: number) => Partial<ClusterStep>): readonly ClusterStep[] =>
    Array.from({ length: 1000 }, (_, index) =>
      step(name(index), {
        ...waits('2026-11-04T01:00:00.000Z'),
        evidence: Array(20).fill(long),
        ...change(index),
      }),
    );
  const footing = { ...forbidden.footing, set: 'unsure' as const };
  const wordy = { ...forbidden, footing, message: long, hint: long };
  const running = all(() => ({ awaiting: { what: long, until: undefined } }));
  const stopping = all(() => ({ state: 'stopped', stopped: wordy }));

  it.each([
    ['running', running],
    ['stopped', stopping],
    ['half of each', [...running.slice(0, 500), ...stopping.slice(500)]],
  ])('the details stay below 6 KB, and the memo below 2 KB: %s', (_, steps) => {
    const violation = { invariant: 2, code: 'ROOT_IN_USE', unit: name(0), text: long, mend: long };
    const state = progress({
      phases: ['distribute', 'activate', 'revoke'].map(() => ({ ...activating(), clusters: steps })),
      violations: Array(1000).fill(violation),
      stopped: wordy,
      command: { name: 'pause', reason: long, at },
    });
    const details = rotationDetails(state, at);
    expect(bytes(details)).toBeLessThanOrEqual(6 * 1024);
    expect(details).toContain('The mesh is safe');
    expect(bytes(JSON.stringify(memoOf(state, at)))).toBeLessThanOrEqual(2048);
    expect(bytes(unitDetails(report(steps), unit, at))).toBeLessThanOrEqual(6 * 1024);
  });
});

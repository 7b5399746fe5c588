import { describe, expect, it } from 'vitest';
import { renderProgress } from '../../cli/render/progress.ts';
import { memoOf } from '../../rotation/memo.ts';
import type { RotationProgress, Stopped } from '../../rotation/progress.ts';
import { rotationDetails } from '../../workflows/rotation-details.ts';
import { aborted, activating, completed, forbidden, now, progress } from './samples.ts';

const at = now.toISOString();
const paused = {
  state: 'paused',
  command: { name: 'pause', reason: 'change freeze', at },
} as const satisfies Partial<RotationProgress>;
const back = { rollsBack: 'r-00000000' };
const stopAt = (stopped: Stopped) => [
  ...progress().phases.slice(0, 1),
  activating({ state: 'stopped', awaiting: undefined, stopped }),
  ...progress().phases.slice(2),
];
const regressed = { ...forbidden, code: 'ISTIOD_REGRESSED', hint: 'wait; or meshturn rotation retry …' };
const refused = { ...forbidden, code: 'INVARIANT_VIOLATED', overridable: ['ROOT_IN_USE'] };
const overridden = { invariant: 9, code: 'HELD_BY_OTHER_ROTATION', unit: 'u', text: '', mend: '' };
const unsure = { ...forbidden, footing: { ...forbidden.footing, set: 'unsure' as const } };
const either = { ...forbidden, footing: { ...forbidden.footing, set: 'either' as const } };
const endedEarly = { ...paused, state: 'aborted', phases: [] } as const;

const name = 'prod/payments';
const resume = `meshturn rotation resume ${name}`;
const retry = `meshturn rotation retry ${name}`;
const one = `${retry} --cluster aks-eus-1`;
const again = 'meshturn rotation start … with the same --root or --intermediate';
const backAgain = `meshturn rotation rollback ${name} -f …`;
const report = `meshturn rotation report ${name}`;
const abort = `meshturn rotation abort ${name}`;

const safe =
  'The mesh is safe: every cluster trusts what every other signs with, until Root A expires on 2027-01-14.';
const safeInEither =
  'The mesh is safe, whichever of its two states aks-eus-1 is in: every cluster trusts what every other signs with, until Root A expires on 2027-01-14.';
const safeUnrenewed =
  'The mesh is safe as long as its leaves live, whichever of its two states aks-eus-1 is in: every cluster trusts what every other signs with, until Root A expires on 2027-01-14; but leaves of aks-eus-1 may not be renewed meanwhile, and live for 24h at most.';
const mayStay =
  'The mesh may stay like this: every cluster trusts what every other signs with, until Root A expires on 2027-01-14.';
const doubted =
  'ISTIOD_REGRESSED: what was proven may not hold everywhere, so nothing vouches for the mesh until that is mended.';
const untouched = 'Nothing was written: the mesh is as it was.';
const notTurned =
  'Nothing was written on the way back yet: the mesh stands where the rotation that it leads back was brought to rest.';

type Case = readonly [string, RotationProgress, string | undefined, readonly string[]];
const cases: readonly Case[] = [
  ['running', progress(), undefined, []],
  ['on its way back', progress({ state: 'rollingBack', ...back }), undefined, []],
  ['stopped', progress({ state: 'stopped', phases: stopAt(forbidden) }), safe, [one]],
  [
    'stopped in a write that may have been carried out',
    progress({ state: 'stopped', phases: stopAt(either) }),
    ...([safeInEither, [one]] as const),
  ],
  [
    'stopped in one that may have been carried out in part',
    progress({ ...paused, phases: stopAt(unsure) }),
    ...([safeUnrenewed, [resume, one]] as const),
  ],
  ['stopped as a whole', progress({ state: 'stopped', stopped: forbidden }), safe, [retry]],
  ['stopped by a regression', progress({ state: 'stopped', phases: stopAt(regressed) }), doubted, [one]],
  ['pausing', progress({ ...paused, state: 'pausing' }), safe, [resume]],
  ['paused', progress(paused), safe, [resume]],
  ['paused before its first phase', progress({ ...paused, phases: [] }), untouched, [resume]],
  ['paused and stopped', progress({ ...paused, phases: stopAt(forbidden) }), safe, [resume, one]],
  ['aborted', aborted(), mayStay, [again, backAgain]],
  ['aborted before it wrote', progress(endedEarly), untouched, [again, backAgain]],
  ['aborted after a regression', { ...aborted(), phases: stopAt(regressed) }, doubted, [again, backAgain]],
  ['aborted on its way back', { ...aborted(), ...back }, mayStay, [backAgain]],
  [
    'aborted on its way back before its first plan',
    progress({ ...endedEarly, ...back }),
    notTurned,
    [backAgain],
  ],
  [
    'stopped on its way back before its first plan',
    progress({ state: 'stopped', ...back, phases: [], stopped: forbidden }),
    notTurned,
    [retry],
  ],
  [
    'stopped on its way back for an override that was dropped',
    progress({ state: 'stopped', ...back, phases: [], stopped: { ...refused, code: 'NOT_CONVERGED' } }),
    notTurned,
    [retry, abort, `${backAgain} --override ROOT_IN_USE --reason …`],
  ],
  [
    'paused on its way back, which lacks an override besides the one it has',
    progress({
      ...{ ...paused, ...back, stopped: refused },
      violations: [{ ...overridden, overridden: 'lost' }],
    }),
    'HELD_BY_OTHER_ROTATION was overridden: nothing vouches for the mesh.',
    [
      ...[resume, retry, abort],
      `${backAgain} --override HELD_BY_OTHER_ROTATION --override ROOT_IN_USE --reason …`,
    ],
  ],
  ['rolled back', { ...completed(), ...back, state: 'rolledBack' }, undefined, [report]],
  ['completed', completed(), undefined, [report]],
  ['failed', progress({ state: 'failed', phases: [], stopped: refused }), untouched, [again]],
];

const step = /^\W*(?:Go on|Lead it back|Evidence|then|or): (.*)$/;
const update = /^More Actions, Send an Update, `(\w+)` with `(?:\{\}|\{"cluster":"(.*)"\})`$/;

/** The command lines that the Temporal UI gives, an update as the command that sends it. */
function typedOf(words: string): string {
  const [, command, cluster] = update.exec(words) ?? [];
  if (command === undefined) return words.replace(/^`(.*)`$/, '$1');
  return `meshturn rotation ${command} ${name}${cluster === undefined ? '' : ` --cluster ${cluster}`}`;
}

function steps(lines: readonly string[]): readonly string[] {
  return [...new Set(lines.flatMap((line) => step.exec(line)?.[1] ?? []).map(typedOf))];
}

const sentence = /The mesh |the mesh|vouches/;
function safetyIn(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => sentence.test(line) && !step.test(line) && !line.includes('needs every'))
    .map((line) => line.replace(/^[ -]*/, '').replace(/ \(in \d+ days\)/, ''));
}

describe('what is told of a rotation, and what to do next', () => {
  it.each(cases)(
    'is the same in a terminal, in the Temporal UI and in its memo: %s',
    (_, state, safety, next) => {
      const terminal = renderProgress(state, now).split('\n');
      const page = rotationDetails(state, at).split('\n');
      const memo = memoOf(state, at);
      expect(steps(terminal)).toEqual(next);
      expect(steps(page)).toEqual(next);
      expect(steps(memo.next ?? [])).toEqual(next);
      const once = safety === undefined ? [] : [safety];
      expect(safetyIn(terminal)).toEqual(once);
      expect(safetyIn(page)).toEqual(once);
      expect(memo.safety).toBe(safety);
    },
  );

  it('judges by the instant at which it is read whether a certificate has expired', () => {
    const later = '2027-02-01T00:00:00.000Z';
    for (const state of [aborted(), progress(paused)]) {
      const told = [renderProgress(state, new Date(later)), rotationDetails(state, later)];
      for (const text of told) expect(text).toContain('The mesh is NOT safe: Root A expired on 2027-01-14');
      expect(memoOf(state, later).safety).toBe('The mesh is NOT safe: Root A expired on 2027-01-14.');
    }
  });

  it('offers no override to a rotation that leads forward, nor of what no reason is good enough for', () => {
    const whole = { state: 'stopped', phases: [] } as const;
    for (const state of [
      progress({ ...whole, stopped: refused }),
      progress({ ...whole, ...back, stopped: { ...refused, overridable: [] } }),
    ])
      expect(renderProgress(state, now)).not.toContain('--override');
  });
});

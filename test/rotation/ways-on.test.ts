import { describe, expect, it } from 'vitest';
import { answers, answerTo, commandNames } from '../../rotation/commands.ts';
import { hasEnded } from '../../rotation/course.ts';
import type { RotationState } from '../../rotation/progress.ts';
import { type Led, type Step, stepsAfterStop, stepsOn } from '../../rotation/ways-on.ts';

const states = Object.keys(answers.pause) as RotationState[];
const led = (state: RotationState): Led => ({ fleet: 'prod', mesh: 'payments', state, overridden: [] });
const stop = { cluster: 'aks-1', overridable: ['ROOT_IN_USE'] };

/** What the commands among the steps meet, each in the state that the one before it brings about. */
function answered(steps: readonly Step[], state: RotationState): readonly unknown[] {
  let at = state;
  return steps.flatMap(({ update }) => {
    const name = commandNames.find((each) => each === update?.name);
    if (name === undefined) return [];
    const answer = answerTo(name, at);
    at = 'stopped';
    return [answer];
  });
}

describe('the way on of a rotation', () => {
  it.each(states)('is of commands that it takes, in this order: %s', (state) => {
    // With anything stopped, a rotation that no command holds is `stopped`.
    const moves = ['observing', 'running', 'rollingBack'].includes(state);
    const all = [
      ...answered(stepsOn(led(state)), state),
      ...answered(stepsAfterStop({ ...led(state), rollsBack: 'r-0' }, stop), moves ? 'stopped' : state),
    ];
    for (const answer of all) expect(answer).toHaveProperty('accepted');
    expect(all.length > 0).toBe(!hasEnded({ state }));
  });

  it.each(states)('is never a dead end where it waits for a person: %s', (state) => {
    const waits = hasEnded({ state }) || 'accepted' in answerTo('resume', state);
    if (waits) expect([...stepsOn(led(state)), ...stepsAfterStop(led(state))]).not.toEqual([]);
    else expect(stepsAfterStop(led(state))).toHaveLength(1);
  });

  it('names the rotation to lead back where the rollback would not find it by itself', () => {
    const back = { ...led('failed'), rollsBack: 'r-0' };
    expect(stepsAfterStop(back).map(({ typed }) => typed)).toEqual([
      'meshturn rotation rollback prod/payments -f … --rotation r-0',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { tellAgain } from '../../cli/tell-again.ts';
import { goesOn } from '../../rotation/messages.ts';

/** As the client hands on what the server says. */
function refusal(words: string): Error {
  return new Error('Workflow Update failed', { cause: new Error(`9 FAILED_PRECONDITION: ${words}`) });
}

const ended = 'workflow execution completed before the Update completed';
const repeated = 'Unable to perform workflow execution update due to unexpected workflow task failure.';

describe('a command to a rotation that goes on in a new run meanwhile', () => {
  const told = (...refusals: readonly string[]) => {
    let count = 0;
    const update = () => {
      const words = refusals[count];
      count += 1;
      return words === undefined ? Promise.resolve('done') : Promise.reject(refusal(words));
    };
    return tellAgain(update).then(
      (answer) => [answer, count],
      (error: unknown) => [error, count],
    );
  };

  it.each([ended, repeated])('is told again after: %s', async (words) => {
    expect(await told(words)).toEqual(['done', 2]);
    expect(await told(words, repeated)).toEqual(['done', 3]);
  });

  it('is told again until the next run takes it', async () => {
    expect(await told(...Array.from({ length: 5 }, () => goesOn))).toEqual(['done', 6]);
  });

  it('is given up after some tries, and at once where anything else is said', async () => {
    expect(await told(ended, ended, ended)).toEqual([refusal(ended), 3]);
    expect(await told('it is paused: resume it first')).toEqual([
      refusal('it is paused: resume it first'),
      1,
    ]);
  });
});

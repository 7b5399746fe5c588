import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { asFailure } from '../../activities/failure.ts';
import { problemIn } from '../../cli/problem-in.ts';
import { Problem } from '../../problems/problem.ts';

const problem = new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-cert', found: '403', hint: 'ask' });

it('makes a problem again of one that went through a failure', () => {
  const back = problemIn(asFailure('observeUnit', problem));
  expect(back).toMatchObject({ code: problem.code, details: problem.details, hint: 'ask' });
});

it('finds it as the cause of another error', () => {
  const wrapped = new Error('activity failed', { cause: asFailure('observeUnit', problem) });
  expect(problemIn(wrapped)).toMatchObject({ code: 'KEY_VAULT_FORBIDDEN' });
});

it('leaves alone what is no problem', () => {
  const strange = ApplicationFailure.create({ type: 'SOMETHING', message: 'else' });
  expect(problemIn(strange)).toBe(strange);
  expect(problemIn('text')).toBe('text');
});

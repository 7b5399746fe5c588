import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { asFailure } from '../../activities/failure.ts';
import { problemIn } from '../../cli/problem-in.ts';
import { renderError } from '../../cli/render/problem.ts';
import { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';

const problem = new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-cert', found: '403', hint: 'ask' });

it('makes a problem again of one that went through a failure', () => {
  const back = problemIn(asFailure('observeUnit', problem));
  expect(back).toMatchObject({ code: problem.code, details: problem.details, hint: 'ask' });
});

it('finds it as the cause of another error', () => {
  const wrapped = new Error('activity failed', { cause: asFailure('observeUnit', problem) });
  expect(problemIn(wrapped)).toMatchObject({ code: 'KEY_VAULT_FORBIDDEN' });
});

it('keeps the parts of several problems in one', () => {
  const parts = ['a.pem', 'b.pem'].map((object) => new Problem('NEW_CA_FILE_MISSING', { object }));
  const back = problemIn(
    asFailure('inspectCa', new Problems('NEW_CA_FILE_MISSING', { object: 'ca' }, parts)),
  );
  expect(back).toMatchObject({
    code: 'NEW_CA_FILE_MISSING',
    parts: [{ details: { object: 'a.pem' } }, { details: { object: 'b.pem' } }],
  });
});

it('says how many there were where not all fit', () => {
  const parts = Array.from(
    { length: 300 },
    (_, i) => new Problem('NEW_CA_FILE_MISSING', { object: `${i}.pem` }),
  );
  const back = problemIn(
    asFailure('inspectCa', new Problems('NEW_CA_FILE_MISSING', { object: 'ca' }, parts)),
  );
  expect(renderError(back)).toContain('19.pem');
  expect(renderError(back)).not.toContain('20.pem');
  expect(renderError(back)).toContain('ca: 300 errors, 20 of them named; ');
});

it('leaves alone what is no problem', () => {
  const strange = ApplicationFailure.create({ type: 'SOMETHING', message: 'else' });
  expect(problemIn(strange)).toBe(strange);
  expect(problemIn('text')).toBe('text');
});

import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { asFailure } from '../../activities/failure.ts';
import { Problem } from '../../problems/problem.ts';
import { failWith, stopReason } from '../../workflows/stop-reason.ts';

const at = '2026-11-21T00:00:00.000Z';

function failed(cause: Error): ActivityFailure {
  return new ActivityFailure('failed', 'takeCensus', '1', RetryState.TIMEOUT, 'worker', cause);
}

describe('why a step stands still', () => {
  it('is the problem that the activity met, with its own hint', () => {
    const problem = new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-cert', hint: 'give the role' });
    expect(stopReason(failed(asFailure('writeSource', problem)), at)).toEqual({
      code: 'KEY_VAULT_FORBIDDEN',
      message: problem.message,
      hint: 'give the role',
      at,
    });
  });

  it('is told as far as every page of the state has room for it', () => {
    const long = 'no good '.repeat(2500);
    const problem = new Problem('BAD_CERTIFICATE', { object: long, hint: long });
    const { message = '', hint = '' } = stopReason(failWith(problem), at) ?? {};
    expect([message.length, hint.length]).toEqual([4001, 4001]);
  });

  it('is the last failure, where the time limit hides it', () => {
    const last = asFailure('takeCensus', new Problem('CLUSTER_UNREACHABLE', { object: 'aks-weu-1' }));
    const timeout = new TimeoutFailure('too late', undefined, TimeoutType.START_TO_CLOSE);
    Object.defineProperty(timeout, 'cause', { value: last });
    expect(stopReason(failed(timeout), at)).toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  });

  it('is a missing worker, where nobody took the task', () => {
    const timeout = new TimeoutFailure('nobody', undefined, TimeoutType.SCHEDULE_TO_START);
    expect(stopReason(failed(timeout), at)).toMatchObject({ code: 'WORKER_MISSING' });
  });

  it('has a code also where the failure has none of ours', () => {
    const failure = ApplicationFailure.create({ type: 'TypeError', message: 'x is undefined' });
    expect(stopReason(failed(failure), at)).toMatchObject({
      code: 'UNEXPECTED_FAILURE',
      message: 'x is undefined',
    });
  });

  it('is the time limit, where nothing failed before it', () => {
    for (const type of [TimeoutType.HEARTBEAT, TimeoutType.START_TO_CLOSE]) {
      expect(stopReason(failed(new TimeoutFailure('too late', undefined, type)), at)).toMatchObject({
        code: 'ACTIVITY_TIMED_OUT',
        message: `activity takeCensus: no end within its time limit (found ${type})`,
      });
    }
  });

  it('is none for a cancellation, nor for a mistake in the workflow’s own code', () => {
    expect(stopReason(failed(new CancelledFailure('cancelled')), at)).toBeUndefined();
    expect(stopReason(new TypeError('oops'), at)).toBeUndefined();
  });
});

import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { asFailure, guarded } from '../../activities/failure.ts';
import { retryAfterMs } from '../../activities/retry-after.ts';
import { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';

function failureOf(error: unknown): ApplicationFailure {
  const failure = asFailure('writeSource', error);
  if (!(failure instanceof ApplicationFailure)) throw new Error('expected an ApplicationFailure');
  return failure;
}

describe('a guarded activity', () => {
  it('passes its result on', async () => {
    await expect(guarded({ add: (a: number, b: number) => Promise.resolve(a + b) }).add(1, 2)).resolves.toBe(
      3,
    );
  });

  it('fails for good with the code of a problem that a person must mend', async () => {
    const problem = new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-cert', hint: 'give the role' });
    const activities = guarded({ write: () => Promise.reject(problem) });
    await expect(activities.write()).rejects.toMatchObject({
      type: 'KEY_VAULT_FORBIDDEN',
      nonRetryable: true,
      details: [{ code: 'KEY_VAULT_FORBIDDEN', object: 'secret ca-cert', hint: 'give the role' }],
    });
  });

  it('is retried after a passing problem, and no sooner than the server asked for', () => {
    const busy = Object.assign(new Error('busy'), { headers: { 'retry-after': '7' } });
    const failure = failureOf(new Problem('CLUSTER_UNREACHABLE', { object: 'aks-weu-1' }, { cause: busy }));
    expect(failure.nonRetryable).toBe(false);
    expect(failure.nextRetryDelay).toBe(7000);
  });

  it('stops by name where the server asks for longer than anybody is to wait unasked', () => {
    const busy = Object.assign(new Error('busy'), { headers: { 'retry-after': '604800' } });
    const problem = new Problem(
      'KEY_VAULT_THROTTLED',
      { object: 'secret ca-cert', found: '429' },
      { cause: busy },
    );
    const failure = failureOf(problem);
    expect(failure).toMatchObject({ type: 'KEY_VAULT_THROTTLED', nonRetryable: true });
    expect(failure.nextRetryDelay).toBeUndefined();
    expect(failure.message).toContain('found 429; it asks to be left alone for 604800 s');
    expect(failure.details).toMatchObject([{ hint: expect.stringContaining('rotation retry') as string }]);
  });

  it('waits for no unknown error longer than two minutes, whatever its header says', () => {
    const busy = Object.assign(new Error('busy'), { headers: { 'retry-after': '604800' } });
    expect(failureOf(busy)).toMatchObject({ nonRetryable: false, nextRetryDelay: 120_000 });
  });

  it('lets a cancellation pass as it is', () => {
    const cancelled = new CancelledFailure('cancelled');
    expect(asFailure('observeUnit', cancelled)).toBe(cancelled);
  });

  it('tells nothing that looks like a secret from an unknown error', () => {
    const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----';
    const failure = failureOf(new TypeError(`cannot read ${pem} with Bearer abc.def and ${'A'.repeat(200)}`));
    expect(failure.type).toBe('UNEXPECTED_FAILURE');
    expect(failure.nonRetryable).toBe(false);
    expect(failure.message).toBe(
      'writeSource: TypeError: cannot read [PEM block] with Bearer [token] and [long value]',
    );
  });

  it('hides a single line of a PEM body, and no fingerprint', () => {
    const line = 'MHcCAQEEIJ4v5S0pZ+n7'.padEnd(64, 'xY3/');
    const fingerprint = 'ab12'.repeat(16);
    expect(failureOf(new Error(`bad line ${line} near ${fingerprint}`)).message).toBe(
      `writeSource: Error: bad line [long value] near ${fingerprint}`,
    );
  });

  it('tells nothing that looks like a secret in the details of a problem, parts included', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----';
    const part = new Problem('BAD_CERTIFICATE', { object: 'ca-cert', found: pem, hint: 'Bearer abc' });
    const problem = new Problems('BAD_CERTIFICATE', { object: 'the new CA', expected: pem }, [part]);
    expect(JSON.stringify(failureOf(problem).details)).not.toMatch(/MIIE|abc/);
  });

  it('hides base64 in lines of 64 columns, the short last one too, and leaves fingerprints', () => {
    const lines = ['MHcCAQEEIQ', 'AwEHoUQDQg'].map((start) => start.padEnd(64, 'x9K'));
    const fingerprint = '0123456789abcdef'.repeat(4);
    const failure = failureOf(new Error(`${fingerprint} is not\n${lines.join('\n')}\nqLast==\nand more`));
    expect(failure.message).toBe(`writeSource: Error: ${fingerprint} is not\n[long value]\nand more`);
  });

  it('hides a key whose end was cut off', () => {
    expect(failureOf(new Error('-----BEGIN PRIVATE KEY-----\nMIIE')).message).not.toContain('MIIE');
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T00:00:00Z');
  const withHeaders = (headers: object) => Object.assign(new Error('429'), { response: { headers } });

  it('is read from a headers object with get', () => {
    expect(retryAfterMs(withHeaders(new Headers({ 'Retry-After': '3' })), now)).toBe(3000);
  });

  it('is read as a date', () => {
    expect(retryAfterMs(withHeaders({ 'retry-after': 'Sat, 21 Nov 2026 00:00:30 GMT' }), now)).toBe(30_000);
  });

  it('is found nowhere in an error without headers', () => {
    expect(retryAfterMs(new Error('cut', { cause: new Error('reset') }), now)).toBeUndefined();
  });
});

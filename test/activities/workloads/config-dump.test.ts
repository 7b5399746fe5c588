import { expect, test } from 'vitest';
import { parseConfigDump } from '../../../activities/workloads/config-dump.ts';
import { captured, capturedDump } from './captured.ts';

test('the chain of a real proxy begins with its leaf and ends with the root bundle', () => {
  const { chain, roots, updatedAt } = captured('S1');
  expect(chain.map(({ subject }) => subject)).toEqual([
    '',
    'CN=Intermediate A,O=Istio',
    'CN=Root A,O=Test',
    'CN=Root A,O=Test',
    'CN=Root B,O=Test',
  ]);
  expect(roots.map(({ subject }) => subject)).toEqual(['CN=Root A,O=Test', 'CN=Root B,O=Test']);
  expect(updatedAt?.toISOString()).toBe('2026-11-21T23:08:45.441Z');
});

function without(name: string, into?: 'warming'): string {
  return capturedDump('S1')
    .replace(`"name": "${name}"`, '"name": "other"')
    .replace(
      '"dynamic_active_secrets"',
      into === 'warming' ? '"dynamic_warming_secrets"' : '"dynamic_active_secrets"',
    );
}

test.each([
  ['text', 'upstream connect error', 'an answer that is no JSON'],
  ['JSON of another shape', '{"configs": 3}', 'an answer of another shape than a dump of secrets'],
  ['an empty dump', '{"configs": [{"@type": "x"}]}', 'no secret default'],
  ['a dump without ROOTCA', without('ROOTCA'), 'no secret ROOTCA'],
  ['a leaf that is still warming', without('ROOTCA', 'warming'), 'secret default is still warming'],
])('%s is PROXY_UNREADABLE', (_, text, found) => {
  expect(() => parseConfigDump(text, 'proxy p')).toThrow(
    expect.objectContaining({ code: 'PROXY_UNREADABLE', details: { object: 'proxy p', found } }),
  );
});

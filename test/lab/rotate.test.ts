import { expect, it } from 'vitest';
import type { DemoDocument } from '../../cli/demo/document.ts';
import { labDocument } from '../../lab/document.ts';
import { succeeded } from '../../lab/rotate.ts';
import { expectDescribed } from '../cli/schemas/committed.ts';

const rotation = { id: 'r-1', kind: 'root', state: 'completed', phases: [] };
const counts = { attempted: 1_000, failed: 0, byReason: {}, terminating: 0, pairs: { covered: 4, total: 4 } };
const demo: DemoDocument = {
  ...{ schema: 'meshturn.demo/v1', rotation, issuer: { kind: 'files' }, clusters: 2, proxies: 20 },
  handshakes: { ...counts, phases: [], failures: [] },
  ...{ temporal: { address: '127.0.0.1:7233', ui: undefined }, elapsedSeconds: 44 },
};

it('is told as in the demo, with the kind of its istiods', () => {
  expect(labDocument(demo, 'real')).toEqual({ ...demo, schema: 'meshturn.lab/v1', istio: 'real' });
});

it.each(['real', 'simulated'] as const)('is as it is described, with %s istiods', (istio) => {
  const phase = { name: 'distribute', startedAt: '2026-11-22T13:02:00.000Z', endedAt: undefined };
  const clusters = [{ name: 'aks-weu-1', state: 'done', evidence: ['187 of 187 proxies'] }];
  const failures = [{ at: '2026-11-22T13:02:01.000Z', from: 'a', to: 'b', reason: 'unknown ca' }];
  const shown: DemoDocument = {
    ...demo,
    rotation: { ...rotation, phases: [{ ...phase, clusters }] },
    handshakes: { ...demo.handshakes, phases: [{ ...counts, name: 'distribute' }], failures },
  };
  const told = labDocument(shown, istio);
  expectDescribed(JSON.stringify(told));
  expect(() => expectDescribed(JSON.stringify({ ...told, istio: 'another' }))).toThrow('as committed');
});

it.each([
  [{}, {}, true],
  [{ state: 'rolledBack' }, {}, false],
  [{}, { attempted: 999 }, false],
  [{}, { failed: 1 }, false],
])('has succeeded with %o and %o: %s', (state, handshakes, expected) => {
  const document = { rotation: { ...rotation, ...state }, handshakes: { ...demo.handshakes, ...handshakes } };
  expect(succeeded(document)).toBe(expected);
});

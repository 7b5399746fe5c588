import { expect, it } from 'vitest';
import type { DemoDocument } from '../../cli/demo/document.ts';
import { labDocument, succeeded } from '../../lab/rotate.ts';

const rotation = { id: 'r-1', kind: 'root', state: 'completed', phases: [] };
const counts = { attempted: 1_000, failed: 0, byReason: {}, terminating: 0, pairs: { covered: 4, total: 4 } };
const demo: DemoDocument = {
  ...{ schema: 'meshturn.demo/v1', rotation, clusters: 2, proxies: 20 },
  handshakes: { ...counts, phases: [], failures: [] },
  ...{ temporal: { address: '127.0.0.1:7233', ui: undefined }, elapsedSeconds: 44 },
};

it('is told as in the demo, with the kind of its istiods', () => {
  expect(labDocument(demo, 'real')).toEqual({ ...demo, schema: 'meshturn.lab/v1', istio: 'real' });
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

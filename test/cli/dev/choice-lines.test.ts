import { expect, it } from 'vitest';
import { choiceLines } from '../../../cli/dev/choice-lines.ts';

const chosen = { source: 'PATH', reason: 'temporal is on PATH', path: '/usr/bin/temporal' };
const before = { source: 'environment variable', reason: 'MESHTURN_TEMPORAL_BIN is not set' };

it('say which Temporal was taken, from where and why, and what was tried before it', () => {
  expect(choiceLines({ ...chosen, tried: [before] })).toEqual([
    'Temporal: PATH, /usr/bin/temporal (temporal is on PATH)',
    '  tried before it: environment variable (MESHTURN_TEMPORAL_BIN is not set)',
  ]);
});

it('say no more of a server that runs already', () => {
  const running = { source: 'running server', reason: 'TEMPORAL_ADDRESS names it', address: 'here:7233' };
  expect(choiceLines({ ...running, tried: [] })).toEqual([
    'Temporal: running server, here:7233 (TEMPORAL_ADDRESS names it)',
  ]);
});

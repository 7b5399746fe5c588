import { expect, it } from 'vitest';
import type { ClusterStep } from '../../rotation/progress.ts';
import { rotationDetails } from '../../workflows/rotation-details.ts';
import { unitDetails } from '../../workflows/unit-details.ts';
import { activating, forbidden, progress, step } from '../cli/samples.ts';

const at = '2026-11-03T13:00:00.000Z';
const waits = (until: string): Partial<ClusterStep> => ({
  state: 'running',
  doing: 'signer: loaded',
  since: at,
  done: 0,
  total: 0,
  awaiting: { what: 'every istiod to serve it', until },
  evidence: ['the set is in both volumes'],
});
const soon = step('aks-weu-1', waits('2026-11-03T13:14:03.512Z'));
const tomorrow = step('aks-neu-1', waits('2026-11-04T01:00:00.000Z'));
const stopped = step('aks-eus-1', {
  state: 'stopped',
  doing: undefined,
  awaiting: undefined,
  evidence: [],
  stopped: { ...forbidden, message: 'two things:\nthis\nthat' },
});
const clusters = [soon, tomorrow, stopped];

it('shows a rotation as flat bullets, one line a cluster, with times that people read', () => {
  const phases = [{ ...activating(), clusters }];
  const lines = rotationDetails(progress({ phases }), at).split('\n');
  expect(lines.slice(0, 2)).toEqual([expect.stringMatching(/ · as of 13:00:00 UTC$/), '']);
  expect(lines.slice(3)).toEqual([
    '- ● aks-weu-1 signer: loaded, waits for every istiod to serve it until 13:14:03 UTC',
    '- ● aks-neu-1 signer: loaded, waits for every istiod to serve it until 2026-11-04 01:00:00 UTC',
    `- ■ aks-eus-1 **${forbidden.code}** two things:; this; that`,
  ]);
});

it('shows the step of a unit as flat bullets likewise', () => {
  const details = unitDetails({
    rotationId: 'r-1',
    unit: 'aks-weu-1',
    phase: 'activate',
    sequence: 1,
    state: 'running',
    clusters,
  });
  expect(details.split('\n')).toEqual([
    '- **aks-weu-1** running, signer: loaded, waits for every istiod to serve it, until 13:14:03 UTC',
    '- aks-weu-1: the set is in both volumes',
    '- **aks-neu-1** running, signer: loaded, waits for every istiod to serve it, until 2026-11-04 01:00:00 UTC',
    '- aks-neu-1: the set is in both volumes',
    '- **aks-eus-1** stopped',
    `- **${forbidden.code}** two things:; this; that`,
    `- mend: ${forbidden.hint}`,
  ]);
});

import { describe, expect, it } from 'vitest';
import { stageLoad } from '../../workflows/stage-load.ts';

const versions = { root: '1', chain: '1', key: '1', cert: '1' };
const written = { at: '', versions, written: [] };

function evidence(at: string, longestLeaf?: number) {
  const proof = { at, replicas: [], by: 'already loaded' as const, loggedSerials: [] };
  return longestLeaf === undefined ? proof : { ...proof, longestLeaf };
}

describe('the load of a stage', () => {
  const first = stageLoad(undefined, evidence('2026-11-21T00:00:00.000Z', 100), written);

  it('counts from its proof', () => {
    expect(first).toEqual({ since: '2026-11-21T00:00:00.000Z', longestLeaf: 100, versions });
    expect(stageLoad(undefined, evidence('2026-11-21T00:00:00.000Z'), written).longestLeaf).toBe(7_776_000);
  });

  it('counts on from the first proof where nobody wrote to the source since', () => {
    const again = stageLoad(first, evidence('2026-11-22T00:00:00.000Z', 200), written);
    expect(again).toEqual({ ...first, longestLeaf: 200 });
  });

  it.each(['root', 'chain', 'key', 'cert'])('counts anew where somebody wrote %s', (file) => {
    const changed = { ...written, versions: { ...versions, [file]: '2' } };
    expect(stageLoad(first, evidence('2026-11-22T00:00:00.000Z'), changed).since).toBe(
      '2026-11-22T00:00:00.000Z',
    );
  });
});

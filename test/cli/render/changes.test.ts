import { describe, expect, it } from 'vitest';
import { changeLines, heartbeatLine } from '../../../cli/render/changes.ts';
import { activating, forbidden, now, progress } from '../samples.ts';

/** The middle of activate with something changed on aks-eus-1. */
function changed(change: Parameters<typeof activating>[0]) {
  const [distribute, , revoke] = progress().phases;
  if (distribute === undefined || revoke === undefined) throw new Error('expected three phases');
  return progress({ phases: [distribute, activating(change), revoke] });
}

describe('lines of change', () => {
  it('tell only what is different from before', () => {
    expect(changeLines(progress(), changed({ done: 40 }), now)).toEqual([
      '13:00:00 activate aks-eus-1 signer, converging 40/127',
    ]);
    expect(changeLines(progress(), progress({ digest: 'd2' }), now)).toEqual([]);
  });

  it('tell of a stop with its code', () => {
    const after = changed({ state: 'stopped', stopped: forbidden });
    expect(changeLines(progress(), after, now)).toEqual([
      `13:00:00 activate aks-eus-1 stopped: ${forbidden.message} [KEY_VAULT_FORBIDDEN]`,
    ]);
  });
});

describe('the line that breaks a silence', () => {
  it('tells what is awaited, and until when', () => {
    const awaiting = { what: 'the set in every istiod volume', until: '2026-11-21T13:03:30.000Z' };
    const [distribute, activate, revoke] = changed({ awaiting }).phases;
    if (distribute === undefined || activate === undefined || revoke === undefined)
      throw new Error('three phases');
    const one = { ...activate, clusters: activate.clusters.filter(({ cluster }) => cluster === 'aks-eus-1') };
    expect(heartbeatLine(progress({ phases: [distribute, one, revoke] }), now)).toBe(
      '13:00:00 … activate aks-eus-1 waiting for the set in every istiod volume, until 13:03:30 (in 3m 30s) · signer',
    );
  });

  it('tells what goes on where no phase has begun', () => {
    expect(heartbeatLine(progress({ phases: [], state: 'observing' }), now)).toBe(
      '13:00:00 … looking at every cluster',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { standingWords } from '../../rotation/safety.ts';
import { type Standing, standingOf } from '../../rotation/standing.ts';
import type { ObservedUnit } from '../../rotation/observed.ts';
import { type Change, meshWith, silent, source, toB } from './support.ts';

const later = '2999-01-01T00:00:00.000Z';
const day = (notAfter: string): string => notAfter.slice(0, 10);

function standing(changes: Readonly<Record<string, Change>> = {}): Standing {
  return standingOf(meshWith(changes), toB(), { to: [], unseen: [] });
}

function words(changes: Readonly<Record<string, Change>> = {}, at?: string, doubts: string[] = []): string {
  const seen = standing(changes);
  return standingWords(seen, { from: [], to: [] }, { at: at ?? seen.at, when: day, doubts });
}

const unreadable = ({ clusters }: ObservedUnit): Partial<ObservedUnit> => ({
  clusters: clusters.map((cluster) => ({ ...cluster, unreadable: 1 })),
});

describe('where an aborted rotation has left its mesh', () => {
  it('may stay as it is where everything could be read and nothing is amiss', () => {
    expect(standing().unread).toBeUndefined();
    expect(words()).toMatch(/^The mesh may stay like this: every cluster trusts what every other signs with/);
  });

  it.each([
    ['a proxy that cannot be read', unreadable, '1 proxies in'],
    ['an istiod that gives no answer', silent, 'gives no answer'],
  ])('is not known with %s', (_, change, what) => {
    const told = words({ u2: change });
    expect(told).toMatch(/^Whether the mesh may stay like this is not known: /);
    expect(told).toContain(what);
    expect(told).not.toContain('every cluster');
  });

  it.each([
    ['a chain that lacks its signer', source({ chain: [] }), 'its chain lacks its signer'],
    ['a set that does not verify', source({ signer: undefined }), 'certificate and key do not verify'],
  ])('is not safe with %s', (_, change, what) => {
    expect(words({ u2: change })).toBe(`The mesh is NOT safe: CA source of u2: ${what}.`);
  });

  it('is not promised while a stop puts in doubt what was proven, nor is it called safe then for another reason', () => {
    expect(words({}, undefined, ['ISTIOD_REGRESSED'])).toMatch(/^ISTIOD_REGRESSED: what was proven may not/);
    expect(words({}, later, ['ISTIOD_REGRESSED'])).toMatch(/^The mesh is NOT safe: /);
  });

  it('is not safe once the first certificate has expired that it relies on', () => {
    expect(words({}, later)).toMatch(/^The mesh is NOT safe: .+ expired on \d{4}-\d\d-\d\d\.$/);
  });
});

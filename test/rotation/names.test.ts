import { describe, expect, it } from 'vitest';
import { labelOf, shortFingerprint } from '../../rotation/names.ts';
import type { CertFacts } from '../../rotation/trust.ts';
import { facts } from './model/certificates.ts';

const long = (digit: string): string => digit.repeat(64);

function knownWith(...subjects: readonly string[]): { facts: ReadonlyMap<string, CertFacts> } {
  const all = subjects.map((subject, i) => ({ ...facts(long(String(i))), subject }));
  return { facts: new Map(all.map((fact) => [fact.fingerprint, fact])) };
}

describe('labelOf', () => {
  it('is the common name', () => {
    expect(labelOf(knownWith('O=Test,CN=Root A'), long('0'))).toBe('Root A');
  });

  it('tells two of one name apart by their fingerprints', () => {
    const known = knownWith('CN=Root', 'CN=Root,O=Test');
    expect([labelOf(known, long('0')), labelOf(known, long('1'))]).toEqual([
      'Root (0000…0000)',
      'Root (1111…1111)',
    ]);
  });

  it('is the subject where there is no common name, and the fingerprint where nothing is known', () => {
    expect(labelOf(knownWith('O=Test'), long('0'))).toBe('O=Test');
    expect(labelOf(knownWith(), long('f'))).toBe('ffff…ffff');
  });
});

describe('shortFingerprint', () => {
  it('keeps both ends', () => {
    expect(shortFingerprint(`5f3a${'0'.repeat(56)}0e91`)).toBe('5f3a…0e91');
  });
});

import { describe, expect, it } from 'vitest';
import { labelOf, namesOf, shortFingerprint } from '../../rotation/names.ts';
import type { CertFacts } from '../../rotation/trust.ts';
import { facts } from './model/certificates.ts';

const long = (digit: string): string => digit.repeat(64);

function knownWith(...subjects: readonly string[]): { facts: ReadonlyMap<string, CertFacts> } {
  const all = subjects.map((subject, i) => ({ ...facts(long(String(i))), subject }));
  return { facts: new Map(all.map((fact) => [fact.fingerprint, fact])) };
}

function cert(subject: string, fingerprint: string): CertFacts {
  const never = '2036-01-01T00:00:00.000Z';
  return { subject, fingerprint, issuer: subject, serial: '1', notBefore: never, notAfter: never };
}

const fingerprint = (fill: string): string => fill.repeat(64);

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

describe('namesOf', () => {
  it('shortens roots that begin with the same words to what tells them apart', () => {
    const names = namesOf([cert('CN=Mesh Root A,O=Test', 'aa'), cert('CN=Mesh Root B,O=Test', 'bb')]);
    expect([names.full('aa'), names.short('aa'), names.short('bb')]).toEqual(['Mesh Root A', 'A', 'B']);
  });

  it('keeps the names of roots that have nothing in common, and of a single one', () => {
    expect(namesOf([cert('CN=Alpha', 'aa'), cert('CN=Beta', 'bb')]).short('aa')).toBe('Alpha');
    expect(namesOf([cert('CN=Root A', 'aa')]).short('aa')).toBe('Root A');
  });

  it('adds the fingerprint where two have the same name', () => {
    const names = namesOf([cert('CN=Root', fingerprint('a')), cert('CN=Root', fingerprint('b'))]);
    expect(names.full(fingerprint('a'))).toBe('Root (aaaa…aaaa)');
    expect(names.short(fingerprint('a'))).not.toBe(names.short(fingerprint('b')));
  });

  it('shortens no intermediate, and names what it does not know by its fingerprint', () => {
    const names = namesOf(
      [cert('CN=Root A', 'aa'), cert('CN=Root B', 'bb')],
      [cert('CN=Root Intermediate', 'cc')],
    );
    expect(names.short('cc')).toBe('Root Intermediate');
    expect(names.full(fingerprint('d'))).toBe('dddd…dddd');
  });
});

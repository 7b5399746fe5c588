import { expect, it } from 'vitest';
import { namesOf } from '../../../cli/render/names.ts';
import type { CertFacts } from '../../../rotation/trust.ts';

function cert(subject: string, fingerprint: string): CertFacts {
  const never = '2036-01-01T00:00:00.000Z';
  return { subject, fingerprint, issuer: subject, serial: '1', notBefore: never, notAfter: never };
}

const fingerprint = (fill: string): string => fill.repeat(64);

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

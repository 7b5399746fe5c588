import { expect, it } from 'vitest';
import { rootText } from '../../../activities/key-vault/root-text.ts';
import { parseBundle } from '../../../pki/bundle.ts';
import { makeRoot } from '../../../pki/make.ts';

const [a, b] = ['A', 'B'].map((commonName) => makeRoot({ commonName }).cert);

it('puts a former bundle that lacks its last newline before the present one, and no block runs into the next', () => {
  if (a === undefined || b === undefined) throw new Error('expected two roots');
  const get = (fingerprint: string) => (fingerprint === a.fingerprint ? a : b);
  const former = { roots: [a], rootText: a.pem.trimEnd() };
  const text = rootText([a.fingerprint, b.fingerprint], { roots: [b], rootText: b.pem }, { get, former });
  expect(text).toBe(a.pem + b.pem);
  expect(parseBundle(text, 'root-cert')).toHaveLength(2);
});

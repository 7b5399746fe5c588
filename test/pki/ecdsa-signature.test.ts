import { createPublicKey, sign, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { derOfRawEcdsa } from '../../pki/ecdsa-signature.ts';
import { makeKey } from '../../pki/key-types.ts';

it.each(['ecdsa-p256', 'ecdsa-p384'] as const)(
  'makes DER of r and s whatever their first bytes, %s',
  (type) => {
    const key = makeKey(type);
    const publicKey = createPublicKey(key);
    const lengths = new Set<number>();
    for (let count = 0; count < 600; count += 1) {
      const data = Buffer.from(`certificate ${count}`);
      const raw = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
      const der = derOfRawEcdsa(raw);
      expect(verify('sha256', data, publicKey, der)).toBe(true);
      lengths.add(der.length);
    }
    // Signs in front of both, of one, of none; and a zero byte in front of some.
    expect(lengths.size).toBeGreaterThan(2);
  },
);

it('keeps one zero of a number that is none', () => {
  expect(derOfRawEcdsa(Buffer.alloc(64)).toString('hex')).toBe('3006020100020100');
});

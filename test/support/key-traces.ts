import { createPrivateKey } from 'node:crypto';
import { inspect } from 'node:util';
import { keyPem } from '../../pki/make.ts';

/** What gives a key away: its number in each writing, and every line of its texts. */
export function tracesOf(pem: string, passphrase?: string): readonly string[] {
  const key = createPrivateKey(
    passphrase !== undefined && pem.includes('ENCRYPTED') ? { key: pem, passphrase } : pem,
  );
  const { d = '' } = key.export({ format: 'jwk' });
  const number = Buffer.from(d, 'base64url');
  const texts = [pem, keyPem(key), key.export({ type: 'pkcs8', format: 'pem' }).toString()];
  const lines = texts.flatMap((text) =>
    text.split('\n').filter((line) => /^[A-Za-z0-9+/=]{16,}$/.test(line)),
  );
  const written = [number.toString('hex'), number.toString('base64'), number.subarray(0, 8).join(',')];
  // As node prints a buffer, which is cut off behind fifty bytes.
  return [d, ...written, inspect(number.subarray(0, 16)).slice('<Buffer '.length, -1), ...lines];
}

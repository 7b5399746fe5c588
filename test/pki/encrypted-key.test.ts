import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { encryptKey, isEncryptedKey, openKey } from '../../pki/encrypted-key.ts';
import { keyTypes, makeKey } from '../../pki/key-types.ts';
import { keyPem } from '../../pki/make.ts';

const passphrase = 'ein Satz mit ä, und 12';
const key = makeKey('ecdsa-p384');
const encrypted = await encryptKey(key, passphrase);

function openssl(argv: readonly string[], input: string, env: Record<string, string> = {}): string {
  return execFileSync('openssl', argv, {
    input,
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...process.env, ...env },
  });
}

test.each(keyTypes)('openssl decrypts a key of %s', async (type) => {
  const one = makeKey(type);
  const pem = await encryptKey(one, passphrase);
  const opened = openssl(['pkey', '-passin', 'env:P', '-pubout'], pem, { P: passphrase });
  expect(opened).toBe(createPublicKey(one).export({ type: 'spki', format: 'pem' }));
  expect(openKey(pem, passphrase, 'root-key.pem').equals(one)).toBe(true);
});

test('a key that openssl has encrypted is opened, in the old form too', () => {
  const plain = keyPem(key);
  for (const argv of [
    ['pkcs8', '-topk8', '-scrypt', '-passout', 'env:P'],
    ['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-passout', 'env:P'],
    ['ec', '-aes256', '-passout', 'env:P'],
  ]) {
    const pem = openssl(argv, plain, { P: passphrase });
    expect(isEncryptedKey(pem)).toBe(true);
    expect(openKey(pem, passphrase, 'root-key.pem').equals(key)).toBe(true);
  }
});

test('it is PBES2 with AES-256 and 600,000 rounds of PBKDF2, over a new salt each time', async () => {
  const told = openssl(['asn1parse'], encrypted);
  expect(told).toMatch(/PBES2[^]*PBKDF2[^]*INTEGER +:0927C0[^]*hmacWithSHA256[^]*aes-256-cbc/);
  expect(0x0927c0).toBe(600_000);
  const saltOf = (pem: string): string | undefined =>
    /PBKDF2[^]*?OCTET STRING *\[HEX DUMP\]:([0-9A-F]{32})\n/.exec(openssl(['asn1parse'], pem))?.[1];
  expect(saltOf(encrypted)).toBeDefined();
  expect(saltOf(await encryptKey(key, passphrase))).not.toBe(saltOf(encrypted));
});

test('node’s own export stretches a passphrase by 2,048 rounds, which is why the form is made here', () => {
  const pem = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();
  expect(openssl(['asn1parse'], pem)).toMatch(/PBKDF2[^]*INTEGER +:0800/);
});

test.each([
  ['a wrong passphrase', encrypted, 'another passphrase', 'PASSPHRASE_WRONG'],
  ['an empty one', encrypted, '', 'PASSPHRASE_WRONG'],
  ['none for an encrypted key', encrypted, undefined, 'BAD_KEY'],
  ['a text that is no key', 'hello', undefined, 'BAD_KEY'],
  ['a block that is cut off', keyPem(key).slice(0, 100), undefined, 'BAD_KEY'],
])('%s is told, and nothing of the key', (_, pem, given, code) => {
  let thrown: unknown;
  try {
    openKey(pem, given, 'root-key.pem');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code });
  const told = inspect(thrown, { depth: Infinity, showHidden: true });
  for (const line of pem.split('\n').slice(1, 3)) if (line !== '') expect(told).not.toContain(line);
  if (given !== undefined && given !== '') expect(told).not.toContain(given);
});

test('keys of other kinds are encrypted as well', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  expect(openKey(await encryptKey(privateKey, passphrase), passphrase, 'k').equals(privateKey)).toBe(true);
});

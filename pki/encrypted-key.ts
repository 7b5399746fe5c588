import { createCipheriv, createPrivateKey, pbkdf2, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Problem } from '../problems/problem.ts';
import { integer, nothing, octets, oid, sequence, toDer } from './asn1.ts';
import { oids } from './oids.ts';

/*
 * node's own export with a passphrase stretches it by 2,048 rounds of PBKDF2, and lets nobody ask for more; and openssl
 * reads no scrypt that takes more than 32 MB. So the form is made here, and read by node and openssl alike.
 */

/** Rounds of PBKDF2 with HMAC-SHA-256, as OWASP recommends: about a quarter of a second for each guess. */
const rounds = 600_000;

const derive = promisify(pbkdf2);

/**
 * A private key as PKCS#8 (RFC 5958), encrypted with a passphrase by PBES2 (RFC 8018): PBKDF2 and AES-256-CBC. PEM.
 */
export async function encryptKey(key: KeyObject, passphrase: string): Promise<string> {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const plain = key.export({ type: 'pkcs8', format: 'der' });
  const secret = await derive(passphrase, salt, rounds, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', secret, iv);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  plain.fill(0);
  secret.fill(0);
  const der = toDer(sequence(algorithm(salt, iv), octets(encrypted)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `${['-----BEGIN ENCRYPTED PRIVATE KEY-----', ...lines, '-----END ENCRYPTED PRIVATE KEY-----'].join('\n')}\n`;
}

function algorithm(salt: Buffer, iv: Buffer) {
  const hmac = sequence(oid(oids.hmacWithSha256), nothing());
  const count = integer(Buffer.from(rounds.toString(16).padStart(6, '0'), 'hex'));
  const stretching = sequence(oid(oids.pbkdf2), sequence(octets(salt), count, hmac));
  return sequence(oid(oids.pbes2), sequence(stretching, sequence(oid(oids.aes256Cbc), octets(iv))));
}

/** Whether a PEM text holds a key that takes a passphrase. */
export function isEncryptedKey(pem: string): boolean {
  return /BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem);
}

/**
 * Reads a private key, with its passphrase where it has one. `object` names it in errors. Throws Problem
 * PASSPHRASE_WRONG or BAD_KEY; why is left out on purpose, since no part of a key or a passphrase may reach an error.
 */
export function openKey(pem: string, passphrase: string | undefined, object: string): KeyObject {
  try {
    return createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  } catch {
    throw new Problem(passphrase === undefined ? 'BAD_KEY' : 'PASSPHRASE_WRONG', { object });
  }
}

import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

interface Maker {
  readonly atOnce: () => KeyObject;
  readonly later: () => Promise<KeyObject>;
}

function rsa(modulusLength: number): Maker {
  return {
    atOnce: () => generateKeyPairSync('rsa', { modulusLength }).privateKey,
    later: async () => (await generate('rsa', { modulusLength })).privateKey,
  };
}

function ecdsa(namedCurve: string): Maker {
  return {
    atOnce: () => generateKeyPairSync('ec', { namedCurve }).privateKey,
    later: async () => (await generate('ec', { namedCurve })).privateKey,
  };
}

const makers = {
  'ecdsa-p256': ecdsa('P-256'),
  'ecdsa-p384': ecdsa('P-384'),
  'rsa-2048': rsa(2048),
  'rsa-3072': rsa(3072),
  'rsa-4096': rsa(4096),
};

/** What istiod, Envoy and Go all sign and verify with. */
export type KeyType = keyof typeof makers;

export const keyTypes = ['ecdsa-p256', 'ecdsa-p384', 'rsa-2048', 'rsa-3072', 'rsa-4096'] as const;

/** A new private key; the caller must not let it out. */
export function makeKey(type: KeyType): KeyObject {
  return makers[type].atOnce();
}

/** The same, and other work goes on meanwhile: an RSA key can take seconds. */
export function generateKey(type: KeyType): Promise<KeyObject> {
  return makers[type].later();
}

import { createPrivateKey } from 'node:crypto';

/** A text with PEM blocks, or a token, that must not be found elsewhere. */
export interface Secret {
  readonly name: string;
  readonly text: string;
}

/** Pieces of secrets, each with the name of what it is a piece of. */
export interface Needles {
  readonly base64: ReadonlyMap<string, string>;
  /** Lower case. */
  readonly hex: ReadonlyMap<string, string>;
  /** To be found as they are. */
  readonly whole: ReadonlyMap<string, string>;
}

/** So many characters in a row are enough to call it a leak: less than a line of PEM. */
export const windowOf = 40;

const block = /-----BEGIN ([A-Z ]+)-----([\s\S]+?)-----END [A-Z ]+-----/g;

/** Whether certificates, and with them public keys, must not be found either, or lie open. */
export type Certificates = 'hidden' | 'open';

export function needlesOf(secrets: readonly Secret[], certificates: Certificates = 'hidden'): Needles {
  const base64 = new Map<string, string>();
  const hex = new Map<string, string>();
  const whole = new Map<string, string>();
  for (const { name, text } of secrets) {
    const blocks = [...text.matchAll(block)];
    if (blocks.length === 0) whole.set(text.trim(), name);
    for (const [pem, label = '', body = ''] of blocks) {
      const isOpenKey = label.endsWith('PRIVATE KEY') && !label.startsWith('ENCRYPTED');
      if (certificates === 'open' && !label.startsWith('ENCRYPTED')) {
        if (isOpenKey) addSecretPart(pem, `${label} of ${name}`);
        continue;
      }
      const der = Buffer.from(body, 'base64');
      addBytes(der, `${label} of ${name}`);
      // As a Kubernetes Secret has it: base64 of the whole text, wherever in other data it may lie.
      for (const shift of [0, 1, 2]) {
        const shifted = Buffer.concat([Buffer.alloc(shift), Buffer.from(pem)]).toString('base64');
        addWindows(base64, shifted.slice(4), `base64 of the ${label} of ${name}`);
      }
      if (isOpenKey) addKey(pem, `${label} of ${name}`);
    }
  }
  return { base64, hex, whole };

  function addBytes(bytes: Buffer, name: string): void {
    addWindows(base64, bytes.toString('base64'), name);
    addWindows(hex, bytes.toString('hex'), `${name} as hex`);
  }

  /** A key without what its certificate shows as well. */
  function addSecretPart(pem: string, name: string): void {
    const key = createPrivateKey(pem);
    const { d = '' } = key.export({ format: 'jwk' });
    const secret = Buffer.from(d, 'base64url');
    addBytes(secret, `secret number of the ${name}`);
    for (const type of [key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1', 'pkcs8'] as const) {
      const der = key.export({ type, format: 'der' });
      const start = der.indexOf(secret);
      // As base64 has it, which is cut into threes from the beginning.
      addBytes(der.subarray(start - (start % 3), start + secret.length), `${name} as ${type}`);
    }
  }

  /** The other forms in which software writes the same key. */
  function addKey(pem: string, name: string): void {
    const key = createPrivateKey(pem);
    addBytes(key.export({ type: 'pkcs8', format: 'der' }), `${name} as PKCS#8`);
    const { d = '' } = key.export({ format: 'jwk' });
    addBytes(Buffer.from(d, 'base64url'), `secret number of the ${name}`);
  }
}

function addWindows(needles: Map<string, string>, text: string, name: string): void {
  const plain = text.replaceAll('=', '');
  for (let start = 0; start + windowOf <= plain.length; start += 1) {
    needles.set(plain.slice(start, start + windowOf), name);
  }
}

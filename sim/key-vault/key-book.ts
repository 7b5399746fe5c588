import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { signDigest } from './digest-signature.ts';
import { badParameter, keyDisabled, keyNotFound, keyUnfit } from './refusal.ts';

/** One version of a key; the private part never leaves the book. */
export interface KeyVersion {
  readonly name: string;
  /** 32 lowercase hexadecimal digits. */
  readonly version: string;
  readonly publicKey: KeyObject;
  readonly enabled: boolean;
  /** As it was asked for: `RSA-HSM` is one that lives in an HSM. */
  readonly kty: string;
  readonly ops: readonly string[];
  /** Whole seconds since 1970, and so are the two after it. */
  readonly created: number;
  readonly nbf: number | undefined;
  readonly exp: number | undefined;
}

/** What a new key is to be. */
export interface KeyInput {
  readonly kty: string;
  readonly key_size?: number | undefined;
  readonly crv?: string | undefined;
  readonly key_ops?: readonly string[] | undefined;
  readonly attributes?: { readonly nbf?: number | undefined; readonly exp?: number | undefined } | undefined;
}

interface Kept extends KeyVersion {
  readonly privateKey: KeyObject;
}

const curves = new Set(['P-256', 'P-384']);
const sizes = new Set([2048, 3072, 4096]);

/** The keys of one vault: versions by name, the newest last. Every method throws the Refusal of Key Vault. */
export class KeyBook {
  readonly #keys = new Map<string, readonly Kept[]>();

  create(name: string, input: KeyInput): KeyVersion {
    const { kty, key_ops: ops = ['sign', 'verify'], attributes = {} } = input;
    const version = randomBytes(16).toString('hex');
    const created = Math.floor(Date.now() / 1000);
    const { nbf, exp } = attributes;
    const made = { name, version, ...pairOf(input), enabled: true, kty, ops, created, nbf, exp };
    this.#keys.set(name, [...(this.#keys.get(name) ?? []), made]);
    return made;
  }

  /** A version, or the newest. */
  get(name: string, version?: string): KeyVersion {
    const found = this.#find(name, version);
    if (!found.enabled) throw keyDisabled('get');
    return found;
  }

  sign(name: string, version: string | undefined, algorithm: string, digest: Buffer): Buffer {
    const found = this.#find(name, version);
    if (!found.enabled) throw keyDisabled('sign');
    const now = Date.now() / 1000;
    if (!found.ops.includes('sign')) throw keyUnfit('permitted on this key', 'KeyOperationForbidden');
    if (found.nbf !== undefined && now < found.nbf)
      throw keyUnfit('allowed on a key that is not yet valid', 'KeyNotYetValid');
    if (found.exp !== undefined && now >= found.exp)
      throw keyUnfit('allowed on an expired key', 'KeyExpired');
    return signDigest(found.privateKey, algorithm, digest);
  }

  enable(name: string, version: string | undefined, enabled: boolean): KeyVersion {
    const old = this.#find(name, version);
    const changed = { ...old, enabled };
    const versions = this.#keys.get(name) ?? [];
    this.#keys.set(
      name,
      versions.map((one) => (one === old ? changed : one)),
    );
    return changed;
  }

  #find(name: string, version: string | undefined): Kept {
    const versions = this.#keys.get(name) ?? [];
    const found = version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
    if (found === undefined) throw keyNotFound(version === undefined ? name : `${name}/${version}`);
    return found;
  }
}

function pairOf({ kty, key_size: size = 2048, crv = 'P-256' }: KeyInput): {
  privateKey: KeyObject;
  publicKey: KeyObject;
} {
  const type = kty.replace(/-HSM$/, '');
  if (type === 'RSA' && sizes.has(size)) return generateKeyPairSync('rsa', { modulusLength: size });
  if (type === 'EC' && curves.has(crv)) return generateKeyPairSync('ec', { namedCurve: crv });
  throw badParameter(`Property kty, key_size or crv has invalid value`);
}

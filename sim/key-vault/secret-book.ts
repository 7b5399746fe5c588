import { randomBytes } from 'node:crypto';
import { badParameter, deletedButRecoverable, disabled, notFound, tooLarge } from './refusal.ts';

/** One version of a secret. Times are in whole seconds since 1970, as Key Vault keeps them. */
export interface SecretVersion {
  readonly name: string;
  /** 32 lowercase hexadecimal digits. */
  readonly version: string;
  readonly value: string;
  readonly contentType: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly attributes: SecretAttributes;
}

interface SecretAttributes {
  readonly enabled: boolean;
  readonly nbf?: number | undefined;
  readonly exp?: number | undefined;
  readonly created: number;
  readonly updated: number;
}

/** What a new version, or a change of one, may say. */
export interface SecretInput {
  readonly contentType?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly attributes?:
    | {
        readonly enabled?: boolean | undefined;
        readonly nbf?: number | undefined;
        readonly exp?: number | undefined;
      }
    | undefined;
}

export interface DeletedSecret {
  readonly versions: readonly SecretVersion[];
  readonly deletedDate: number;
}

/** 25 KB, in bytes of UTF-8. */
const maximumValueBytes = 25 * 1024;
const maximumTags = 15;
const nameRule = /^[0-9a-zA-Z-]{1,127}$/;

/**
 * The secrets of one vault: versions by name, the newest last, and the soft-deleted ones. Every method throws
 * the Refusal that Key Vault would answer with.
 */
export class SecretBook {
  readonly #secrets = new Map<string, SecretVersion[]>();
  readonly #deleted = new Map<string, DeletedSecret>();

  set(name: string, value: string, input: SecretInput = {}): SecretVersion {
    checkName(name);
    checkValue(value);
    if (this.#deleted.has(name)) throw deletedButRecoverable(name);
    const created = now();
    const version: SecretVersion = {
      name,
      version: randomBytes(16).toString('hex'),
      value,
      contentType: input.contentType,
      tags: checkedTags(input.tags ?? {}),
      attributes: merged({ enabled: true, created, updated: created }, input.attributes),
    };
    this.#secrets.set(name, [...this.versions(name), version]);
    return version;
  }

  /** A version, or the newest: there is no way back to an older one where the newest is disabled. */
  get(name: string, version?: string): SecretVersion {
    const found = this.#find(name, version);
    if (!found.attributes.enabled) throw disabled();
    return found;
  }

  /** Changes all but the value, of one version or the newest; what `input` leaves out stays. */
  update(name: string, version: string | undefined, input: SecretInput): SecretVersion {
    const old = this.#find(name, version);
    const changed: SecretVersion = {
      ...old,
      contentType: input.contentType ?? old.contentType,
      tags: input.tags === undefined ? old.tags : checkedTags(input.tags),
      attributes: { ...merged(old.attributes, input.attributes), updated: now() },
    };
    this.#secrets.set(
      name,
      this.versions(name).map((one) => (one === old ? changed : one)),
    );
    return changed;
  }

  /** All versions, the oldest first; none where there is no such secret. */
  versions(name: string): readonly SecretVersion[] {
    return this.#secrets.get(name) ?? [];
  }

  names(): readonly string[] {
    return [...this.#secrets.keys()].toSorted();
  }

  remove(name: string): DeletedSecret {
    this.#find(name, undefined);
    const deleted = { versions: this.versions(name), deletedDate: now() };
    this.#secrets.delete(name);
    this.#deleted.set(name, deleted);
    return deleted;
  }

  deleted(name: string): DeletedSecret {
    const deleted = this.#deleted.get(name);
    if (deleted === undefined) throw notFound(name);
    return deleted;
  }

  deletedNames(): readonly string[] {
    return [...this.#deleted.keys()].toSorted();
  }

  recover(name: string): SecretVersion {
    const { versions } = this.deleted(name);
    this.#deleted.delete(name);
    this.#secrets.set(name, [...versions]);
    return this.#find(name, undefined);
  }

  purge(name: string): void {
    this.deleted(name);
    this.#deleted.delete(name);
  }

  #find(name: string, version: string | undefined): SecretVersion {
    checkName(name);
    const versions = this.versions(name);
    const found = version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
    if (found === undefined) throw notFound(version === undefined ? name : `${name}/${version}`);
    return found;
  }
}

function checkName(name: string): void {
  if (nameRule.test(name)) return;
  throw badParameter(
    `The request URI contains an invalid name: ${name}. Names must match the pattern ^[0-9a-zA-Z-]{1,127}$.`,
  );
}

function checkValue(value: string): void {
  if (Buffer.byteLength(value) <= maximumValueBytes) return;
  throw tooLarge(maximumValueBytes);
}

function checkedTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(tags);
  const isTooLong = entries.some(([name, value]) => name.length > 256 || value.length > 256);
  if (entries.length > maximumTags || isTooLong) throw badParameter('Property  has invalid value\r\n');
  return tags;
}

function merged(old: SecretAttributes, input: SecretInput['attributes']): SecretAttributes {
  return {
    ...old,
    enabled: input?.enabled ?? old.enabled,
    nbf: input?.nbf ?? old.nbf,
    exp: input?.exp ?? old.exp,
  };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

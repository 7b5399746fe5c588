import type { ObjectNames } from '../../fleet/fleet.ts';
import { parseBundle } from '../../pki/bundle.ts';
import { parseCertificate, type Certificate } from '../../pki/certificate.ts';
import { Problem } from '../../problems/problem.ts';
import type { SetVersions } from '../contract.ts';
import { PrivateKey } from '../private-key.ts';
import type { SecretVersion, Vault, VersionFacts } from './vault.ts';

/** The four secrets of a CA set, by the file that each becomes. */
export type Part = keyof SetVersions;

export const parts = ['root', 'chain', 'key', 'cert'] as const satisfies readonly Part[];

/** What the vault holds at one instant, by newest versions. */
export interface HeldSet {
  readonly facts: Readonly<Record<Part, VersionFacts>>;
  readonly versions: SetVersions;
  /** The texts of root-cert, cert-chain and ca-cert byte for byte; no certificate may be re-encoded. */
  readonly rootText: string;
  readonly chainText: string;
  readonly certText: string;
  readonly roots: readonly Certificate[];
  readonly chain: readonly Certificate[];
  readonly cert: Certificate;
  readonly key: PrivateKey;
}

/** How often the set is read again before what changes it is taken for a writer that does not stop. */
const mostReadings = 6;

/** Reads the set of one source, again and again: as a rule it is the same, and half as many requests tell. */
export class SetReader {
  readonly vault: Vault;
  readonly objects: ObjectNames;
  #known: SetVersions | undefined;

  constructor(vault: Vault, objects: ObjectNames) {
    this.vault = vault;
    this.objects = objects;
  }

  /**
   * Reads the newest versions of all four secrets as one set: newest versions never come back, so two readings in a
   * row with the same versions prove that all four were the newest at the instant between them. A set that was proven
   * so before, and is there in a single reading, has been there all the time.
   * Throws Problem KEY_VAULT_UNSETTLED, BAD_CERTIFICATE, and those of the vault.
   */
  async read(): Promise<HeldSet> {
    const { vault, objects } = this;
    let known = this.#known;
    for (let reading = 0; reading < mostReadings; reading += 1) {
      const next = await readOnce(vault, objects);
      const versions = versionsOf(next);
      if (known !== undefined && isSame(known, versions)) {
        this.#known = versions;
        return setOf(vault, next);
      }
      known = versions;
    }
    const moving = parts.map((part) => objects[part]).join(', ');
    throw new Problem('KEY_VAULT_UNSETTLED', { object: `secrets ${moving} in ${vault.url}` });
  }
}

function isSame(one: SetVersions, other: SetVersions): boolean {
  return parts.every((part) => one[part] === other[part]);
}

function versionsOf({ root, chain, key, cert }: Record<Part, SecretVersion>): SetVersions {
  return {
    root: root.facts.version,
    chain: chain.facts.version,
    key: key.facts.version,
    cert: cert.facts.version,
  };
}

/** All at once. Of several refusals the first in the order of the parts is told, whichever comes first. */
async function readOnce(vault: Vault, objects: ObjectNames): Promise<Record<Part, SecretVersion>> {
  const root = vault.newest(objects.root);
  const chain = vault.newest(objects.chain);
  const key = vault.newest(objects.key);
  const cert = vault.newest(objects.cert);
  await Promise.allSettled([root, chain, key, cert]);
  return { root: await root, chain: await chain, key: await key, cert: await cert };
}

/** Four versions as a set. Throws Problem BAD_CERTIFICATE. */
export function setOf(vault: Vault, all: Record<Part, SecretVersion>): HeldSet {
  const { root, chain, key, cert } = all;
  const object = (part: Part): string => `secret ${all[part].facts.secret} in ${vault.url}`;
  return {
    facts: { root: root.facts, chain: chain.facts, key: key.facts, cert: cert.facts },
    versions: versionsOf(all),
    rootText: root.value,
    chainText: chain.value,
    certText: cert.value,
    roots: parseBundle(root.value, object('root')),
    chain: parseBundle(chain.value, object('chain')),
    cert: parseCertificate(cert.value, object('cert')),
    key: new PrivateKey(key.value),
  };
}

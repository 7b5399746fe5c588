import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { SecretClient } from '@azure/keyvault-secrets';
import type { Fleet } from '../../../fleet/fleet.ts';
import { parseBundle } from '../../../pki/bundle.ts';
import type { Plan } from '../../../rotation/plan.ts';
import { vaultsOf } from '../../demo/vaults.ts';

const objects = { root: 'root-cert', chain: 'cert-chain', key: 'ca-key', cert: 'ca-cert' } as const;
type Part = keyof typeof objects;
const parts = ['root', 'chain', 'key', 'cert'] as const satisfies readonly Part[];

/** What the versions of an object hold, by fingerprints. */
interface Held {
  readonly newest: string;
  /** All of them, in the order of the alphabet. */
  readonly all: readonly string[];
}

/** By cluster and object. */
export type Versions = Readonly<Record<string, Readonly<Record<Part, Held>>>>;

/** Every version there is, read as the vaults' owner would. */
export async function versionsOf(fleet: Fleet): Promise<Versions> {
  const clusters = fleet.meshes.flatMap((mesh) => mesh.clusters);
  const vaults = await vaultsOf(fleet);
  const read = async (vault: SecretClient) => {
    const [root, chain, key, cert] = await Promise.all(parts.map((part) => textsOf(vault, objects[part])));
    if (root === undefined || chain === undefined || key === undefined || cert === undefined) {
      throw new Error('a vault lacks an object');
    }
    return {
      root: heldBy(root, bundleName),
      chain: heldBy(chain, bundleName),
      key: heldBy(key, (text) => certificateOf(text, cert.all)),
      cert: heldBy(cert, bundleName),
    };
  };
  const entries = clusters.map(async ({ name }, index) => {
    const vault = vaults[index];
    if (vault === undefined) throw new Error(`${name} has no vault`);
    return [name, await read(vault)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * What there must be once a plan is carried out: what was there, and one version for each object of each write that
 * does not hold it already.
 */
export function versionsAfter(before: Versions, { phases }: Plan): Versions {
  const entries = Object.entries(before).map(([cluster, held]) => {
    const steps = phases.flatMap(({ units }) => units.filter(({ unit }) => unit === cluster));
    const writes = steps.flatMap(({ stages }) => stages.map(({ write }) => write));
    const after = writes.reduce(
      (sum, { roots, chain, signer }) => ({
        root: written(sum.root, roots?.join(' ')),
        chain: written(sum.chain, chain?.join(' ')),
        key: written(sum.key, signer),
        cert: written(sum.cert, signer),
      }),
      held,
    );
    return [cluster, after] as const;
  });
  return Object.fromEntries(entries);
}

function written(held: Held, text: string | undefined): Held {
  if (text === undefined || text === held.newest) return held;
  return { newest: text, all: [...held.all, text].toSorted() };
}

async function textsOf(vault: SecretClient, secret: string): Promise<Held> {
  const all: string[] = [];
  for await (const { version = '' } of vault.listPropertiesOfSecretVersions(secret)) {
    all.push((await vault.getSecret(secret, { version })).value ?? '');
  }
  return { newest: (await vault.getSecret(secret)).value ?? '', all };
}

function heldBy({ newest, all }: Held, nameOf: (text: string) => string): Held {
  return { newest: nameOf(newest), all: all.map(nameOf).toSorted() };
}

function bundleName(pem: string): string {
  return parseBundle(pem, 'a version')
    .map(({ fingerprint }) => fingerprint)
    .join(' ');
}

/** The name of the certificate that a key belongs to. */
function certificateOf(key: string, certificates: readonly string[]): string {
  const privateKey = createPrivateKey(key);
  const own = certificates.find((pem) => new X509Certificate(pem).checkPrivateKey(privateKey));
  return own === undefined ? 'a key without a certificate' : bundleName(own);
}

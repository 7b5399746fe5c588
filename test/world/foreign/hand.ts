import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeIntermediate, makeRoot, keyPem } from '../../../pki/make.ts';
import type { FleetCluster } from '../../../sim/fleet.ts';
import { caFiles, type MeshCa } from '../../../sim/new-ca.ts';
import type { Mend } from '../../../sim/scenarios/broken.ts';

/** The secrets of a CA source. */
export const secrets = ['root-cert', 'cert-chain', 'ca-cert', 'ca-key'] as const;

type Contents = Partial<Record<(typeof secrets)[number], string>>;

/** Whose hand it is, and what it has at hand. */
export interface Hand {
  readonly cluster: FleetCluster;
  /** Root A and its intermediates, keys and all. */
  readonly ca: MeshCa;
  /** The folder that the rotation takes its new CA from. */
  readonly newCa: string;
}

/** Writes into the vault what `change` makes of its contents, as `az keyvault secret set` does; then back. */
function write(change: (held: (name: (typeof secrets)[number]) => string, hand: Hand) => Contents) {
  return (hand: Hand): Mend => {
    const { store } = hand.cluster.vault;
    const before = secrets.map((name) => [name, store.get(name).value] as const);
    const after = change((name) => store.get(name).value, hand);
    for (const name of secrets) if (after[name] !== undefined) store.set(name, after[name]);
    return () => {
      for (const [name, value] of before) if (store.get(name).value !== value) store.set(name, value);
    };
  };
}

export const addRoot = write((held) => ({
  'root-cert': held('root-cert') + makeRoot({ commonName: 'Root of a stranger' }).cert.pem,
}));

export const removeOldRoot = write((held, { ca }) => ({
  'root-cert': held('root-cert').replace(ca.root.cert.pem, ''),
}));

export const removeNewRoot = write((_, { ca }) => ({ 'root-cert': ca.root.cert.pem }));

export const swapRoots = write((held, { ca }) => ({
  'root-cert': held('root-cert').replace(ca.root.cert.pem, '') + ca.root.cert.pem,
}));

/** Below Root A, so that the set is whole and everybody trusts what it signs. */
export const otherIntermediate = write((_, { ca }) => {
  const other = stranger(ca);
  return {
    'cert-chain': other.cert.pem + ca.root.cert.pem,
    'ca-cert': other.cert.pem,
    'ca-key': keyPem(other.key),
  };
});

export const certificateWithoutKey = write((_, { ca }) => ({ 'ca-cert': stranger(ca).cert.pem }));

/** The chain of before: it lacks the certificate that signs now. */
export const oldChain = write((_, { ca, cluster }) => ({
  'cert-chain': caFiles(ca, cluster.profile.name).chain,
}));

/** The whole set of the new CA in one go, as the AKS article has it. */
export const wholeNewCa = write((_, { cluster, newCa }) => {
  const own = (file: string) => readFileSync(join(newCa, cluster.profile.name, file), 'utf8');
  return {
    'root-cert': readFileSync(join(newCa, 'root-cert.pem'), 'utf8'),
    'cert-chain': own('cert-chain.pem'),
    'ca-cert': own('ca-cert.pem'),
    'ca-key': own('ca-key.pem'),
  };
});

function stranger(ca: MeshCa) {
  return makeIntermediate({
    issuer: ca.root,
    commonName: 'Intermediate of a stranger',
    organization: 'Istio',
    locality: 'elsewhere',
    days: 365,
    now: new Date(),
  });
}

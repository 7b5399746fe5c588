import type { TokenCredential } from '@azure/identity';
import type { CaSource } from '../../../activities/ca-source.ts';
import type { StageRef } from '../../../activities/contract.ts';
import { keyVaultSource } from '../../../activities/key-vault/key-vault-source.ts';
import type { NewCa } from '../../../activities/new-ca/new-ca.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import { parseBundle } from '../../../pki/bundle.ts';
import { parseCertificate } from '../../../pki/certificate.ts';
import type { StageName } from '../../../rotation/plan.ts';
import { createVault, type SimVault } from '../../../sim/key-vault/vault.ts';
import { caFiles, makeMeshCa, type MeshCa } from '../../../sim/new-ca.ts';
import { objects, plugIn } from '../../support/csi-world.ts';
import { emulatorFiles, type EmulatorFiles } from '../../support/emulator-files.ts';
import { localhostTls } from '../../support/tls.ts';

export const unit = 'aks-1';

/** A served vault with CA set A in it, and the source that reads and writes it through the real SDK. */
export interface Bench {
  readonly vault: SimVault;
  readonly source: CaSource;
  readonly url: string;
  readonly emulator: EmulatorFiles;
  readonly close: () => Promise<void>;
}

export const a = generation('A');
export const b = generation('B');

/** One generation of a CA in all the forms that tests need. */
export interface Generation {
  readonly ca: MeshCa;
  readonly root: string;
  readonly signer: string;
  /** Fingerprints of cert-chain.pem. */
  readonly chain: readonly string[];
  readonly files: ReturnType<typeof caFiles>;
  readonly newCa: NewCa;
}

export function generation(name: string): Generation {
  return formsOf(makeMeshCa({ generation: name, units: [unit] }));
}

/** Other intermediates below root A. */
export function renewed(): Generation {
  return formsOf(makeMeshCa({ generation: 'A-2-', units: [unit], root: a.ca.root }));
}

function formsOf(ca: MeshCa): Generation {
  const files = caFiles(ca, unit);
  const chain = parseBundle(files.chain, 'chain');
  const cert = parseCertificate(files.cert, 'cert');
  const unitCa = { cert, key: new PrivateKey(files.key), chain };
  return {
    ca,
    files,
    root: ca.root.cert.fingerprint,
    signer: cert.fingerprint,
    chain: chain.map(({ fingerprint }) => fingerprint),
    newCa: { kind: 'root', roots: [ca.root.cert], units: new Map([[unit, unitCa]]) },
  };
}

export async function openBench(credential?: TokenCredential): Promise<Bench> {
  const vault = createVault({ name: 'kv-a' });
  plugIn(vault, a.ca, unit);
  const { ca, ...tls } = localhostTls();
  const { url, close } = await vault.serve(tls);
  const emulator = await emulatorFiles(ca, vault.tokenFor('meshturn'));
  const source = await keyVaultSource({ url, objects, emulator, ...(credential ? { credential } : {}) });
  return { vault, source, url, emulator, close };
}

export function refOf(stage: StageName, rotationId = 'rot-1'): StageRef {
  const phase = stage === 'add-roots' || stage === 'repeat-roots' ? 'distribute' : 'activate';
  return { fleet: 'prod', mesh: 'payments', unit, controlPlanes: [unit], rotationId, phase, stage };
}

/** Names of the secrets that got a new version, in the order in which the server saw it. */
export function putsOf(vault: SimVault): readonly (string | undefined)[] {
  return vault.requests.list().flatMap(({ method, name }) => (method === 'PUT' ? [name] : []));
}

export function newestText(vault: SimVault, secret: string): string {
  return vault.store.get(secret).value;
}

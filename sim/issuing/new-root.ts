import { mkdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueRoot } from '../../pki/issue.ts';
import { keyPem, makeRoot } from '../../pki/make.ts';
import { createVault, type SimVault } from '../key-vault/vault.ts';
import type { SimIssuer } from './issuers.ts';
import { vaultSigner } from './vault-signer.ts';

/** Where the key of a new root is, and how the product has certificates signed by it. */
export interface NewRoot {
  /** To be served beside those of the clusters. */
  readonly vaults: readonly SimVault[];
  /**
   * Writes what the issuer needs, and `root-cert.pem` where the root is made here; resolves with `issuer` as the fleet
   * file has it.
   */
  write(directory: string, urlOf: (vault: string) => string): Promise<unknown>;
}

const commonName = 'Root B';
const organization = 'Istio';

/** Undefined where the new intermediates are made with their root, as files. */
export function newRootOf(issuer: SimIssuer): NewRoot | undefined {
  switch (issuer) {
    case 'files':
      return undefined;
    case 'offline':
      // Its root is made by whoever signs.
      return { vaults: [], write: () => Promise.resolve({ offline: {} }) };
    case 'key-vault-key':
      return keptInVault();
    case 'command':
      return { vaults: [], write: writeProgram };
  }
}

/** A key that is made in a vault of its own and has signed its root there. */
function keptInVault(): NewRoot {
  const vault = createVault({ name: 'kv-mesh-root' });
  const name = 'mesh-root-b';
  vault.keys.create(name, { kty: 'EC-HSM', crv: 'P-256' });
  return {
    vaults: [vault],
    write: async (directory, urlOf) => {
      const root = await issueRoot({
        signer: vaultSigner(vault.keys, name),
        name: { commonName, organization },
      });
      await writeRoot(directory, root.pem);
      const emulator = { caFile: './vault-ca.pem', tokenFile: `./${vault.name}.token` };
      return { 'key-vault-key': { key: `${urlOf(vault.name)}/keys/${name}`, emulator } };
    },
  };
}

/** Emitted beside this code, with its own extension, or beside its source. */
const program = fileURLToPath(new URL(`program${extname(import.meta.filename)}`, import.meta.url));

async function writeProgram(directory: string): Promise<unknown> {
  const { cert, key } = makeRoot({ commonName, organization });
  await writeRoot(directory, cert.pem);
  const kept = join(directory, 'issuer');
  await mkdir(kept, { mode: 0o700 });
  await writeFile(join(kept, 'root-cert.pem'), cert.pem, { mode: 0o600 });
  await writeFile(join(kept, 'root-key.pem'), keyPem(key), { mode: 0o600 });
  return { command: { run: [process.execPath, program, kept] } };
}

async function writeRoot(directory: string, pem: string): Promise<void> {
  const folder = join(directory, 'root-b');
  await mkdir(folder, { mode: 0o700 });
  await writeFile(join(folder, 'root-cert.pem'), pem, { mode: 0o600 });
}

import type { Issuer } from '../../fleet/fleet.ts';
import type { Certificate } from '../../pki/certificate.ts';
import type { MeshRef } from '../contract.ts';
import type { VaultCredentials } from '../key-vault/credential.ts';
import type { Asked } from './asked.ts';
import { commandIssuer } from './command.ts';
import { rootKeyIssuer } from './root-key.ts';
import { vaultKeyIssuer } from './vault-key.ts';

/** Whoever issues at once. */
export interface OnlineIssuer {
  /** The certificate with its chain. @param roots those that it may be below. Throws Problem. */
  issue(asked: Asked, roots: readonly Certificate[]): Promise<readonly Certificate[]>;
  /**
   * Opens its key, and signs nothing; left out where that cannot be tried. Throws the Problem that issuing would.
   * @param roots as of `issue`
   */
  attempt?(roots: readonly Certificate[]): Promise<void>;
}

/** The issuer of a mesh. */
export interface MeshIssuer {
  readonly kind: Issuer['kind'];
  readonly online: OnlineIssuer | undefined;
}

/** Finds the issuer of a mesh by its fleet file. Throws Problem MESH_UNKNOWN. */
export interface IssuerBook {
  issuerOf(ref: MeshRef): MeshIssuer;
}

/** Undefined where nobody issues at once. Nothing is read or sent yet. */
export function onlineIssuer(issuer: Issuer, credentials: VaultCredentials): OnlineIssuer | undefined {
  switch (issuer.kind) {
    case 'rootKey':
      return rootKeyIssuer(issuer);
    case 'keyVaultKey':
      return vaultKeyIssuer(issuer, credentials);
    case 'command':
      return commandIssuer(issuer);
    case 'files':
    case 'offline':
      return undefined;
  }
}

import type { EvidencePlace } from '../../fleet/fleet.ts';
import type { VaultCredentials } from '../key-vault/credential.ts';
import { blobStore } from './blob-store.ts';
import { folderStore } from './folder-store.ts';
import type { EvidenceStore } from './store.ts';

/** The store that a fleet file names, as the identity that Key Vault is asked by. Nothing is sent or made yet. */
export async function openEvidenceStore(
  place: EvidencePlace,
  credentials: VaultCredentials,
): Promise<EvidenceStore> {
  if (place.kind === 'folder') return folderStore(place.path);
  return blobStore({ ...place, credential: credentials.for(place.emulator) });
}

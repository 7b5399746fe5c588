import { type EvidencePlace } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import { folderStore } from './folder-store.ts';
import { type EvidenceStore } from './store.ts';

/** The store that a fleet file names. Nothing is sent or made yet. */
export function openEvidenceStore(place: EvidencePlace): EvidenceStore {
  if (place.kind === 'folder') return folderStore(place.path);
  throw new Problem('EVIDENCE_STORE_UNUSABLE', {
    object: place.url,
    found: 'a container, which is not supported yet',
  });
}

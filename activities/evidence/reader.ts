import type { EvidencePlace } from '../../fleet/fleet.ts';
import { VaultCredentials } from '../key-vault/credential.ts';
import { EvidenceBook, type KeptDocument } from './book.ts';
import { prefixOf, prefixOfMesh, rotationIn, type RotationName } from './names.ts';
import { openEvidenceStore } from './open-store.ts';
import type { EvidenceStore } from './store.ts';

/** What a store holds of rotations. Every call throws the Problem that the place's refusal amounts to. */
export interface EvidenceReader {
  /** `folder /var/lib/evidence` */
  readonly place: string;
  /** The id of the rotation of a mesh that began last; undefined where none is known. */
  newest(mesh: Pick<RotationName, 'fleet' | 'mesh'>): Promise<string | undefined>;
  /** Everything on one rotation, by name. Throws EVIDENCE_INVALID. */
  documents(rotation: RotationName): Promise<readonly KeptDocument[]>;
}

/** Sends nothing yet. */
export async function evidenceReader(place: EvidencePlace): Promise<EvidenceReader> {
  return readerOn(await openEvidenceStore(place, new VaultCredentials()));
}

/** @param store what is read */
export function readerOn(store: EvidenceStore): EvidenceReader {
  const book = new EvidenceBook(store);
  return {
    place: store.place,
    newest: async (mesh) => {
      const names = await store.list(prefixOfMesh(mesh));
      const starts = await Promise.all(
        names
          .filter((name) => name.endsWith('/start.json') && name.split('/').length === 4)
          .map((name) => book.read(name)),
      );
      const known = starts.flatMap((one) =>
        one?.document.kind === 'start' ? [{ ...one, at: one.document.at }] : [],
      );
      const [newest] = known.toSorted((a, b) => b.at.localeCompare(a.at));
      return newest && rotationIn(newest.name);
    },
    documents: (rotation) => book.documents(prefixOf(rotation)),
  };
}

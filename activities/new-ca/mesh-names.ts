import type { MeshNeeds } from '../../pki/checks/seen-set.ts';
import type { MeshRef, NamedUnit } from '../contract.ts';

/** The names that the CA of a unit must allow. */
export type MeshNames = Pick<MeshNeeds, 'trustDomain' | 'istiods'>;

/** Finds them by the fleet file. Throws Problem MESH_UNKNOWN. */
export interface NameBook {
  namesOf(ref: MeshRef & Pick<NamedUnit, 'controlPlanes'>): MeshNames;
}

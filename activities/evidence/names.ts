import type { EvidenceInput } from './document.ts';

/** Names one rotation. */
export interface RotationName {
  readonly fleet: string;
  readonly mesh: string;
  readonly rotationId: string;
}

/** What the names of all documents of a mesh begin with. */
export function prefixOfMesh({ fleet, mesh }: Pick<RotationName, 'fleet' | 'mesh'>): string {
  return `${[fleet, mesh].map(segment).join('/')}/`;
}

/** What the names of all documents of a rotation begin with. */
export function prefixOf(rotation: RotationName): string {
  return `${prefixOfMesh(rotation)}${segment(rotation.rotationId)}/`;
}

/** A document's name, by what it tells of: told again, it is the same document. */
export function nameOf(rotation: RotationName, document: EvidenceInput): string {
  return `${prefixOf(rotation)}${ownName(document)}.json`;
}

/** What the names of the documents of units in a phase begin with. */
export function prefixOfUnits(rotation: RotationName, phase: string): string {
  return `${prefixOf(rotation)}units/${segment(phase)}/`;
}

export function prefixOfPhases(rotation: RotationName): string {
  return `${prefixOf(rotation)}phases/`;
}

/** The rotation's id in a document's name. */
export function rotationIn(name: string): string {
  return decodeURIComponent((name.split('/')[2] ?? '').replace(/^~/, ''));
}

function ownName(document: EvidenceInput): string {
  switch (document.kind) {
    case 'unit':
      return `units/${segment(document.phase)}/${segment(document.unit)}.${segment(document.workflow)}`;
    case 'phase':
      return `phases/${String(document.number).padStart(2, '0')}-${segment(document.phase)}`;
    case 'start':
    case 'end':
      return document.kind;
  }
}

/** Ids are made by whoever starts a rotation: none may lead out of its folder. */
function segment(text: string): string {
  return encodeURIComponent(text).replace(/^(?=[.~])/, '~');
}

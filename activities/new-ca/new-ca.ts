import type { Certificate } from '../../pki/certificate.ts';
import type { RotationKind } from '../../rotation/wanted.ts';
import type { PrivateKey } from '../private-key.ts';

/** The CA of one write unit: its intermediate with its key, and the chain that goes with it. */
export interface UnitCa {
  readonly cert: Certificate;
  readonly key: PrivateKey;
  readonly chain: readonly Certificate[];
}

/** A new CA as it was read and checked. Lives inside one activity. */
export interface NewCa {
  readonly kind: RotationKind;
  /** The roots in the end, in order; empty for an intermediate rotation. */
  readonly roots: readonly Certificate[];
  /** By unit name. */
  readonly units: ReadonlyMap<string, UnitCa>;
}

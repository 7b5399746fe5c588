/**
 * Where evidence is kept: texts by name, written once. Names are paths of segments of letters, digits and
 * `-_.!~*'()%`. Every method throws the Problem that the place's refusal amounts to.
 */
export interface EvidenceStore {
  /** For errors: `folder /var/lib/evidence`. */
  readonly place: string;
  /** Puts a text; whole or not at all. One that is there already stays as it is. */
  write(name: string, text: string): Promise<void>;
  /** Undefined where there is none. */
  read(name: string): Promise<string | undefined>;
  /** Names that begin with `prefix`, which ends with a slash; sorted. */
  list(prefix: string): Promise<readonly string[]>;
}

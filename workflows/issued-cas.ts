import type { CarriedRotation } from '../rotation/messages.ts';
import type { CarriedLeaves, CertRequest, TakenCertificate } from '../rotation/requests.ts';
import type { MeshShape, UnitShape } from '../rotation/shape.ts';
import { compactLeaves, type LeafLives } from './leaf-lives.ts';

/** A request that waits for its certificate; without text where an earlier run of the rotation was given it. */
type Waiting = Pick<CertRequest, 'unit' | 'publicKey'> & { readonly csr: string | undefined };

/** How far a rotation is with the CAs that an issuer makes for it: plain, carried over continue-as-new. */
export class IssuedCas {
  /** Where something may be staged; undefined while nothing is. */
  shape: MeshShape | undefined;
  /** True once it is known that nothing forbids the plan by what is to be issued. */
  planned: boolean;
  /** True once a key was made for every unit. */
  staged: boolean;
  /** True where this run knows the text of every request that waits. */
  isComplete: boolean;
  /** True until what was issued is planned with: so long a certificate may take another's place. */
  isOpen: boolean;
  /** True once certificates came, or keys were made, since this run began. */
  hasNews = false;
  /** True once this run is to end as soon as its answers are out: one after the other would keep it for ever. */
  handsOver = false;
  /** What cuts off the certificates that are being taken. */
  readonly cuts = new Set<() => void>();
  /** By unit. */
  readonly #waiting: Map<string, Waiting>;
  /** What was brought, by unit. */
  readonly #taken: Map<string, TakenCertificate>;
  /** Public keys of what was brought since the requests were last read. */
  readonly #lately = new Set<string>();
  readonly #gone: Set<string>;
  #isAskedAgain = false;
  #leaves: CarriedLeaves | undefined;
  /** True once what lacked was made again, and nothing has been planned with it yet. */
  #madeAgain = false;

  constructor({ cas, shape }: Pick<CarriedRotation, 'cas' | 'shape'> = {}) {
    this.shape = cas && shape;
    this.planned = cas !== undefined;
    this.staged = cas?.staged ?? false;
    this.isOpen = cas?.open ?? true;
    const { waiting = [], taken = [] } = cas ?? {};
    this.#waiting = new Map(waiting.map(([unit, publicKey]) => [unit, { unit, publicKey, csr: undefined }]));
    this.#taken = new Map(
      taken.map(([unit, publicKey, fingerprint]) => [unit, { unit, publicKey, fingerprint }]),
    );
    this.#gone = new Set(cas?.gone);
    this.#leaves = cas?.leaves;
    this.isComplete = this.staged && waiting.length === 0;
  }

  get waits(): number {
    return this.#waiting.size;
  }

  /** The requests whose texts are known. */
  requests(): readonly CertRequest[] {
    return [...this.#waiting.values()].flatMap(({ csr, ...request }) =>
      csr === undefined ? [] : [{ ...request, csr }],
    );
  }

  /** Of which units something is still to be made, or to be read again. */
  open(): readonly UnitShape[] {
    const units = this.shape?.units ?? [];
    return this.staged ? units.filter(({ unit }) => this.#waiting.has(unit)) : units;
  }

  /** Of the request that a unit's certificate is to come for, or has come for. */
  publicKeyOf(unit: string): string | undefined {
    return (this.#waiting.get(unit) ?? this.#taken.get(unit))?.publicKey;
  }

  /** The unit that a certificate with this public key may be brought for. */
  unitBy(publicKey: string): UnitShape | undefined {
    const requests = [...this.#waiting.values(), ...(this.isOpen ? this.taken() : [])];
    const asked = requests.find((one) => one.publicKey === publicKey);
    return asked && this.shape?.units.find(({ unit }) => unit === asked.unit);
  }

  /** What was brought for this public key before. */
  takenBy(publicKey: string): TakenCertificate | undefined {
    return this.taken().find((one) => one.publicKey === publicKey);
  }

  /** What was brought. */
  taken(): readonly TakenCertificate[] {
    return [...this.#taken.values()];
  }

  /** Units that have left the mesh since something may have been staged for them. */
  gone(): readonly string[] {
    return [...this.#gone];
  }

  /** The requests are about to be read. */
  reading(): void {
    this.#lately.clear();
    this.#isAskedAgain = false;
  }

  /** @param request undefined where the unit has its certificate */
  heard(unit: string, request: CertRequest | undefined): void {
    if (!this.staged) this.hasNews = true;
    // It may have been asked before its certificate came.
    if (request === undefined || this.#lately.has(request.publicKey)) {
      this.#waiting.delete(unit);
    } else {
      this.#waiting.set(unit, request);
      this.#taken.delete(unit);
    }
  }

  take(unit: string, publicKey: string, fingerprint: string): void {
    this.hasNews = true;
    this.#lately.add(publicKey);
    this.#taken.set(unit, { unit, publicKey, fingerprint });
    if (this.#waiting.get(unit)?.publicKey === publicKey) this.#waiting.delete(unit);
  }

  /** The mesh was surveyed: units that it has no more wait for nothing, and others may be new in it. */
  surveyed(shape: MeshShape): void {
    const before = new Set(this.shape?.units.map(({ unit }) => unit));
    const units = new Set(shape.units.map(({ unit }) => unit));
    this.shape = shape;
    for (const unit of before.difference(units)) {
      if (this.planned) this.#gone.add(unit);
      this.#waiting.delete(unit);
      this.#taken.delete(unit);
    }
    for (const unit of units) this.#gone.delete(unit);
    if (!units.isSubsetOf(before)) this.staged = false;
  }

  /** All that waits was read; who was told meanwhile to look again does so. */
  wholeNow(): void {
    this.staged = true;
    this.isComplete = !this.#isAskedAgain;
  }

  /** What waits is to be read again, in the mesh as it is then. */
  lookAgain(): void {
    this.#isAskedAgain = true;
    this.isComplete = false;
  }

  /** Something was found wrong since: what is there is to be looked at once more, and what lacks to be made. */
  anew(): void {
    this.staged = false;
    this.isComplete = false;
    this.isOpen = true;
  }

  /** The same where something lacks. False where it lacks though it was made again for that: a person must look. */
  lacks(): boolean {
    this.anew();
    this.#madeAgain = !this.#madeAgain;
    return this.#madeAgain;
  }

  /** A phase begins with what was issued. */
  close(): void {
    this.isOpen = false;
    this.staged = true;
    this.#madeAgain = false;
  }

  /** Seconds; undefined where nobody has looked at the unit's leaves yet. */
  leafLifeOf(unit: string): number | undefined {
    return this.#leaves?.others[unit] ?? this.#leaves?.usual;
  }

  sawLeaves(lives: LeafLives): void {
    this.#leaves = compactLeaves(lives);
  }

  /** The rotation ends: it waits for nothing, and takes nothing more. */
  leave(): void {
    this.#waiting.clear();
    for (const cut of this.cuts) cut();
  }

  carry(): Pick<CarriedRotation, 'cas' | 'shape'> {
    if (!this.planned) return {};
    const { staged, shape, isOpen: open } = this;
    const waiting = [...this.#waiting.values()].map(({ unit, publicKey }) => [unit, publicKey] as const);
    const taken = (open ? this.taken() : []).map(
      ({ unit, publicKey, fingerprint }) => [unit, publicKey, fingerprint] as const,
    );
    const more = {
      ...(this.#leaves === undefined ? {} : { leaves: this.#leaves }),
      ...(this.#gone.size === 0 ? {} : { gone: this.gone() }),
    };
    return { cas: { staged, waiting, taken, open, ...more }, ...(shape && { shape }) };
  }
}

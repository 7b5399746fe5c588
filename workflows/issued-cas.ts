import type { CarriedRotation } from '../rotation/messages.ts';
import type { CertRequest, TakenCertificate } from '../rotation/requests.ts';
import type { MeshShape, UnitShape } from '../rotation/shape.ts';

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
  /** True once nothing of it is to be written or read any more. */
  over: boolean;
  /** True where this run knows the text of every request that waits. */
  isComplete: boolean;
  /** True once certificates came, or keys were made, since this run began. */
  hasNews = false;
  /** What cuts off the certificates that are being taken. */
  readonly cuts = new Set<() => void>();
  /** By unit. */
  readonly #waiting: Map<string, Waiting>;
  /** What was brought, by unit. */
  readonly #taken: Map<string, TakenCertificate>;

  constructor({ cas, shape }: Pick<CarriedRotation, 'cas' | 'shape'> = {}) {
    this.shape = cas && shape;
    this.planned = cas !== undefined;
    this.staged = cas?.staged ?? false;
    this.over = cas?.over ?? false;
    const waiting = cas?.waiting ?? [];
    this.#waiting = new Map(waiting.map(([unit, publicKey]) => [unit, { unit, publicKey, csr: undefined }]));
    const taken = cas?.taken ?? [];
    this.#taken = new Map(
      taken.map(([unit, publicKey, fingerprint]) => [unit, { unit, publicKey, fingerprint }]),
    );
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

  publicKeyOf(unit: string): string | undefined {
    return this.#waiting.get(unit)?.publicKey;
  }

  /** The unit whose request has this public key, where it waits. */
  unitBy(publicKey: string): UnitShape | undefined {
    const waiting = [...this.#waiting.values()].find((one) => one.publicKey === publicKey);
    return waiting && this.shape?.units.find(({ unit }) => unit === waiting.unit);
  }

  /** What was brought for this public key before. */
  takenBy(publicKey: string): TakenCertificate | undefined {
    return this.taken().find((one) => one.publicKey === publicKey);
  }

  /** What was brought. */
  taken(): readonly TakenCertificate[] {
    return [...this.#taken.values()];
  }

  /** @param request undefined where the unit has its certificate */
  heard(unit: string, request: CertRequest | undefined): void {
    if (!this.staged) this.hasNews = true;
    // It may have been asked before its certificate came.
    if (request === undefined || this.takenBy(request.publicKey) !== undefined) this.#waiting.delete(unit);
    else this.#waiting.set(unit, request);
  }

  take(unit: string, publicKey: string, fingerprint: string): void {
    this.hasNews = true;
    this.#taken.set(unit, { unit, publicKey, fingerprint });
    if (this.publicKeyOf(unit) === publicKey) this.#waiting.delete(unit);
  }

  /** The mesh was surveyed: units that it has no more wait for nothing. */
  surveyed(shape: MeshShape): void {
    this.shape = shape;
    const units = new Set(shape.units.map(({ unit }) => unit));
    for (const unit of this.#waiting.keys()) if (!units.has(unit)) this.#waiting.delete(unit);
  }

  wholeNow(): void {
    this.staged = true;
    this.isComplete = true;
  }

  /** Something was found wrong since: what is there is to be looked at once more, and what lacks to be made. */
  anew(): void {
    this.staged = false;
    this.isComplete = false;
  }

  /** The rotation ends: it waits for nothing, and takes nothing more. */
  leave(): void {
    this.#waiting.clear();
    for (const cut of this.cuts) cut();
  }

  /** @param isUnderWay true once a phase has begun: nobody brings a certificate any more */
  carry(isUnderWay: boolean): Pick<CarriedRotation, 'cas' | 'shape'> {
    if (!this.planned) return {};
    const { staged, over, shape } = this;
    const waiting = [...this.#waiting.values()].map(({ unit, publicKey }) => [unit, publicKey] as const);
    const taken = isUnderWay
      ? []
      : this.taken().map(({ unit, publicKey, fingerprint }) => [unit, publicKey, fingerprint] as const);
    return { cas: { staged, waiting, taken, ...(over ? { over } : {}) }, ...(shape && { shape }) };
  }
}

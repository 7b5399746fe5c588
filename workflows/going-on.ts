/** By cluster, how often it was told to go on, and how often it had been when it stopped. */
export interface CarriedGoingOn {
  readonly resumed: Readonly<Record<string, number>>;
  readonly stoppedAt: Readonly<Record<string, number>>;
}

/** Which clusters were told to go on since they stopped. */
export class GoingOn {
  readonly #resumed: Map<string, number>;
  readonly #stoppedAt: Map<string, number>;

  constructor(carried?: CarriedGoingOn) {
    this.#resumed = new Map(Object.entries(carried?.resumed ?? {}));
    this.#stoppedAt = new Map(Object.entries(carried?.stoppedAt ?? {}));
  }

  tell(cluster: string): void {
    this.#resumed.set(cluster, this.#times(cluster) + 1);
  }

  stopped(cluster: string): void {
    this.#stoppedAt.set(cluster, this.#times(cluster));
  }

  isTold(cluster: string): boolean {
    return this.#times(cluster) > (this.#stoppedAt.get(cluster) ?? 0);
  }

  #times(cluster: string): number {
    return this.#resumed.get(cluster) ?? 0;
  }

  carry(): CarriedGoingOn {
    return {
      resumed: Object.fromEntries(this.#resumed),
      stoppedAt: Object.fromEntries(this.#stoppedAt),
    };
  }
}

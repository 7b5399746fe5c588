import type { VaultRequest } from './faults.ts';

export interface LoggedRequest extends VaultRequest {
  readonly at: Date;
  /** Undefined where the connection was cut before the vault did anything. */
  readonly status: number | undefined;
}

const kept = 5_000;

/** What was asked of a vault: the counts by method for ever, and the newest requests one by one. */
export class RequestLog {
  #newest: LoggedRequest[] = [];
  readonly #counts = new Map<string, number>();

  add(request: VaultRequest, status: number | undefined): void {
    this.#counts.set(request.method, this.count(request.method) + 1);
    this.#newest.push({ ...request, at: new Date(), status });
    if (this.#newest.length > 2 * kept) this.#newest = this.#newest.slice(-kept);
  }

  count(method: string): number {
    return this.#counts.get(method) ?? 0;
  }

  /** The oldest first. */
  list(): readonly LoggedRequest[] {
    return this.#newest;
  }
}

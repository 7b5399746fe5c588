import { throttled } from './refusal.ts';

/** How many requests a vault takes in ten seconds; learn.microsoft.com/azure/key-vault/general/service-limits. */
export interface VaultLimits {
  readonly creates: number;
  readonly others: number;
}

export const azureLimits: VaultLimits = { creates: 300, others: 4_000 };

const windowMs = 10_000;

/** Counts requests in a sliding window and refuses what is over the limit. */
export class Throttle {
  readonly #limits: VaultLimits;
  readonly #seen: Record<keyof VaultLimits, number[]> = { creates: [], others: [] };

  constructor(limits: VaultLimits) {
    this.#limits = limits;
  }

  /** Throws the Refusal 429 where the request comes too soon; Retry-After tells when the next may. */
  admit(method: string): void {
    const kind = method === 'PUT' ? 'creates' : 'others';
    const now = Date.now();
    const recent = this.#seen[kind].filter((at) => at > now - windowMs);
    this.#seen[kind] = recent;
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= this.#limits[kind]) {
      throw throttled(Math.max(1, Math.ceil((oldest + windowMs - now) / 1000)));
    }
    recent.push(now);
  }
}

import type { Passage } from '../gate.ts';
import type { Caller } from './refusal.ts';

/** A request as the vault sees it once its caller is known. */
export interface VaultRequest {
  readonly method: string;
  /** The name of the secret or key; undefined where the request is for all of them. */
  readonly name: string | undefined;
  readonly caller: Caller;
  /** Secrets where left out. */
  readonly collection?: 'keys';
  /** As Azure's role definitions name it; follows from the method where left out. */
  readonly action?: string;
}

/** What goes wrong. `cut` after means that the vault has done its work and only the answer is lost. */
export type FaultEffect =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Waits until somebody lets it go on, or has it cut. */
  | { readonly kind: 'hold'; readonly pass: () => Promise<Passage> }
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' };

export interface Fault {
  readonly matches: (request: VaultRequest) => boolean;
  readonly effect: FaultEffect;
  /** How many requests it strikes; all of them where left out. */
  readonly times?: number;
  /** Called for each of them. */
  readonly onStrike?: () => void;
}

/** The faults in force; the first that matches a request strikes it. */
export class FaultBook {
  #faults: { readonly fault: Fault; left: number }[] = [];

  /** Puts a fault in force and returns how to mend it. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Infinity };
    this.#faults.push(entry);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.#faults = [];
  }

  strike(request: VaultRequest): FaultEffect | undefined {
    const entry = this.#faults.find(({ fault, left }) => left > 0 && fault.matches(request));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    entry.fault.onStrike?.();
    return entry.fault.effect;
  }
}

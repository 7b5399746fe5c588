import { Coverage } from './coverage.ts';
import { isCutOff, type Outcome } from './handshake.ts';

/** Handshakes counted since a start: all of them, or those of one phase. */
export interface HandshakeCounts {
  readonly attempted: number;
  /** Refused by a side whatever became of it, or broken off between two that were Ready before and after. */
  readonly failed: number;
  readonly byReason: Readonly<Record<string, number>>;
  /** Broken off, and no more than that, because one of the two was about to end. */
  readonly terminating: number;
  /** Ordered pairs of (cluster, signer of the leaf), and of (cluster, istiod replica) for agents. */
  readonly pairs: { readonly covered: number; readonly total: number };
}

export interface FailedHandshake {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export interface ProberStats extends HandshakeCounts {
  readonly phase: string;
  /** Proxy to proxy, and agent to istiod; both are in the sums above. */
  readonly proxies: number;
  readonly agents: number;
  /** Since the phase began. */
  readonly inPhase: HandshakeCounts;
  /** Names of the pairs that accepted each other at least once: `aks-weu-1/5f3a0e91 → aks-neu-1/c207914e`. */
  readonly accepted: readonly string[];
  /** The first twenty. */
  readonly failures: readonly FailedHandshake[];
}

const keptFailures = 20;

/** Counts one span of probing. */
export class Tally {
  readonly coverage = new Coverage();
  readonly failures: FailedHandshake[] = [];
  readonly #byReason = new Map<string, number>();
  #attempted = 0;
  #failed = 0;
  #terminating = 0;

  add(o: {
    readonly pair: string;
    readonly from: string;
    readonly to: string;
    readonly outcome: Outcome;
    readonly stillReady: boolean;
  }): void {
    const { pair, from, to, outcome, stillReady } = o;
    this.#attempted += 1;
    if (outcome.ok) {
      this.coverage.accepted(pair);
    } else if (!stillReady && isCutOff(outcome)) {
      this.#terminating += 1;
      this.coverage.takeBack(pair);
    } else {
      this.#failed += 1;
      this.#byReason.set(outcome.reason, (this.#byReason.get(outcome.reason) ?? 0) + 1);
      const failure = { at: new Date().toISOString(), from, to, reason: outcome.reason };
      if (this.failures.length < keptFailures) this.failures.push(failure);
    }
  }

  counts(): HandshakeCounts {
    return {
      attempted: this.#attempted,
      failed: this.#failed,
      byReason: Object.fromEntries(this.#byReason),
      terminating: this.#terminating,
      pairs: this.coverage.counts,
    };
  }
}

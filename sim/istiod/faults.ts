/**
 * How istiod 1.30.3 refuses a changed set, byte for byte: the level and message of the one line it prints. The old
 * CA stays.
 */
export const refusals = {
  multiRootDisabled: ['warn', 'Multi root is disabled, updating new ROOT-CA not supported'],
  rootReplaced: ['warn', 'Updating new ROOT-CA not supported'],
  keyMismatch: [
    'error',
    'Failed to update new Plug-in CA certs: the cert does not match the key: tls: private key does not match public key',
  ],
  chainDoesNotVerify: [
    'error',
    'Failed to update new Plug-in CA certs: cannot verify the cert with the provided root chain and cert pool with error: x509: certificate signed by unknown authority',
  ],
} as const satisfies Readonly<Record<string, readonly ['warn' | 'error', string]>>;

/** What goes wrong with istiod's program. */
export interface IstiodFault {
  /** Which pods, by name; all of them where left out. */
  readonly pods?: (name: string) => boolean;
  /** Ends at once, and again whenever it is started. */
  readonly crashes?: true;
  /** Hears of no change of its files: the watch on them has ended. */
  readonly deaf?: true;
  /** Refuses every changed set, with this word. */
  readonly refuses?: keyof typeof refusals;
  /** How far the clock of its node is ahead, in milliseconds; behind where negative. */
  readonly clockAhead?: number;
  /** Called whenever it makes a pod do something else than it would. */
  readonly onStrike?: () => void;
}

/** The faults of the istiods of one cluster. */
export class IstiodFaults {
  readonly #faults = new Set<IstiodFault>();
  readonly #listeners = new Set<() => void>();

  /** Sets a fault; the returned function takes it back. */
  set(fault: IstiodFault): () => void {
    this.#faults.add(fault);
    for (const listener of [...this.#listeners]) listener();
    return () => this.#faults.delete(fault);
  }

  /** All that is wrong with one pod now. */
  of(pod: string): IstiodFault {
    const own = [...this.#faults].filter(({ pods }) => pods === undefined || pods(pod));
    return Object.assign({}, ...own) as IstiodFault;
  }

  /** Calls back when a fault is set. Returns how to stop. */
  onSet(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

import type { LoadEvidence } from '../contract.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Restarter } from './restarter.ts';

type By = LoadEvidence['by'];

/** How a control plane came to serve a set, as it was seen look by look. */
export class LoadCourse {
  readonly #plane: ControlPlane;
  readonly #restarter: Restarter | undefined;
  #differed = false;
  #otherRoots = false;

  constructor(plane: ControlPlane, restarter: Restarter | undefined) {
    this.#plane = plane;
    this.#restarter = restarter;
  }

  /** Takes down what the answers of a look were: whether any differed from what is expected, and by its roots. */
  saw(o: { readonly differed: boolean; readonly otherRoots: boolean }): void {
    this.#differed ||= o.differed;
    this.#otherRoots ||= o.otherRoots;
  }

  get by(): By {
    if (this.#restarter?.by !== undefined) return this.#restarter.by;
    if (!this.#differed) return 'already loaded';
    // Without multi-root only a restart brings another bundle, though nobody here asked for it.
    if (this.#otherRoots && !this.#plane.multiRoot)
      return this.#plane.cronJob === undefined ? 'roll' : 'CronJob';
    return 'live reload';
  }
}

/** A unit's way is that of the control plane for which most had to be done. */
export function foremost(ways: readonly By[]): By {
  const order = ['roll (CRONJOB_BLIND)', 'roll', 'CronJob', 'live reload'] as const;
  return order.find((way) => ways.includes(way)) ?? 'already loaded';
}

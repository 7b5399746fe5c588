import type { ProblemCode } from '../../problems/registry.ts';
import type { ClusterKind } from '../demo/profiles.ts';
import type { Broken } from './broken.ts';
import type { FleetCluster, FleetOptions, SimFleet } from '../fleet.ts';

/** Where a scenario strikes: one cluster of a simulated fleet. */
export interface Struck {
  readonly fleet: SimFleet;
  readonly cluster: FleetCluster;
}

/** What Meshturn does under a fault. */
export type Outcome =
  /** Completes by itself. `sees`: words of the progress that tell of the fault, where any do. */
  | { readonly is: 'rides out'; readonly sees?: string }
  /**
   * Stops the cluster with a code; the others end the phase, and `retry` goes on once it is mended. `other`: by what
   * the one other cluster of the simulated mesh stops as well; a larger mesh has a third for what it wants to know.
   */
  | { readonly is: 'stops'; readonly code: ProblemCode; readonly other?: ProblemCode }
  /** No rotation is planned, and nothing written. */
  | { readonly is: 'is not planned'; readonly code: ProblemCode };

/** One cell of the table: a fault in a phase. */
export interface Strike {
  /** `plan` is before the rotation is started. */
  readonly phase: 'plan' | 'distribute' | 'activate' | 'revoke';
  readonly outcome: Outcome;
}

/** A strike while a rotation runs. */
export type PhaseStrike = Strike & { readonly phase: Exclude<Strike['phase'], 'plan'> };

/** A fault of the world: how it is set on and mended in the simulation, and what Meshturn makes of it. */
export interface Scenario {
  /** As in `POST /scenarios/<name>`. */
  readonly name: string;
  /** What is broken, as a heading. */
  readonly title: string;
  /** The kind of cluster that it strikes. */
  readonly on: ClusterKind;
  /** `root`: of all three phases; `intermediate`: of activate only, where no other can meet it. */
  readonly rotation: 'root' | 'intermediate';
  readonly strikes: readonly Strike[];
  /** Phases that cannot meet it, and why. */
  readonly unmet?: { readonly phases: readonly PhaseStrike['phase'][]; readonly why: string };
  /** True where it is there before the rotation begins; otherwise it strikes at the first write of the phase. */
  readonly before?: true;
  /** What the person on call does; `-` where there is nothing to do. */
  readonly todo: string;
  /** The fault by itself breaks traffic, whatever Meshturn does. */
  readonly breaksTraffic?: {
    /** Whose handshakes fail; no others do. */
    readonly between: 'agents and istiod' | 'workloads';
    /** With which of OpenSSL's words. */
    readonly reason: string;
    readonly why: string;
  };
  /** What the fleet file says in the test of it: limits are shorter where one must pass. */
  readonly file?: FleetOptions['file'];
  /** Milliseconds between runs of the validator CronJob in the test of it, where every second would be another fault. */
  readonly cronJobEvery?: number;
  /** Milliseconds that leaves live in the test of it, where they are to be seen waiting for. */
  readonly leafTtl?: number;
  readonly set: (struck: Struck) => Broken;
}

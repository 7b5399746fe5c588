import type { ClusterStep } from './progress.ts';

/** A cluster in a phase that has not begun there. */
export function waitingStep(cluster: string): ClusterStep {
  return {
    cluster,
    state: 'waiting',
    doing: undefined,
    since: undefined,
    awaiting: undefined,
    done: 0,
    total: 0,
    evidence: [],
    stopped: undefined,
  };
}

/** The same of a cluster whose step is begun anew: what is in doubt is so until it is proven. */
export function waitingAnew(cluster: string, doubts: readonly string[] | undefined): ClusterStep {
  return { ...waitingStep(cluster), ...(doubts === undefined ? {} : { doubts }) };
}

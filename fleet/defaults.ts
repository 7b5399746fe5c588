import type { TimeLimits, WorkloadsPolicy } from '../rotation/shape.ts';

/** Every value that a fleet file may leave out. Seconds, unless the name says otherwise. */
export const defaults = {
  /** Beside the fleet file: what is kept there outlives a worker as that file does. */
  evidenceFolder: 'evidence',
  /** Write units that act at a time in one phase. */
  waveWidth: 10,
  /** Changes no workload: the leaves renew themselves. */
  workloads: { mode: 'renew' } as const satisfies WorkloadsPolicy,
  batchPercent: 10,
  cronJob: 'wait',
  /** What a command that issues certificates may take. */
  issuerTimeout: 30,
  /** The right to run commands in every proxy's pod is more than all that Meshturn needs otherwise. */
  execFallback: false,
  limits: {
    // The CSI driver of AKS polls every 2 minutes by default; the rest is for a driver that was restarted.
    sync: 15 * 60,
    // The validator CronJob runs every 10 minutes, and a roll of istiod follows.
    load: 15 * 60,
    secondPlane: 5 * 60,
    // kubelet's sync period of 1 minute, and its cache on top.
    kubeletPropagation: 2 * 60,
    // istiod grants 2 minutes to a clock that is slow (ClockSkewGracePeriod); here there are several, and room for a late one.
    clockSkew: 10 * 60,
    rollout: 15 * 60,
    censusEvery: 10,
    // Long enough for a worker whose machine or network hangs for a moment.
    heartbeat: 30,
    watchEvery: 10 * 60,
  } satisfies TimeLimits,
} as const;

import type { ObservedMesh, ObservedUnit } from '../rotation/observed.ts';
import type { Phase, Plan, Stage, UnitStep } from '../rotation/plan.ts';
import type { MeshShape, TimeLimits, UnitShape } from '../rotation/shape.ts';

/**
 * How long a phase takes: `usual` is what a person should expect, `longest` is where every wait ends that has
 * an end, and is what the expiry of certificates is compared with.
 */
export interface Estimate {
  readonly usual: number;
  readonly longest: number;
}

/** What each proof usually takes, in seconds; the limits of the fleet file bound it. */
const usual = {
  // Two polls of the CSI driver, which polls every two minutes on AKS.
  sync: 4 * 60,
  reload: { live: 30, cronjob: 10 * 60, restart: 2 * 60 },
  handshakes: 10,
  secondPlane: 10,
  batch: 2 * 60,
} as const;

interface Ground {
  readonly shape: MeshShape;
  readonly observed: ObservedMesh;
}

/** Seconds of a phase: units act side by side, as many as the wave is wide. */
export function estimatePhase(phase: Phase, ground: Ground): Estimate {
  const waves = Math.max(1, Math.ceil(phase.units.length / ground.shape.waveWidth));
  const units = phase.units.map((step) => estimateUnit(step, ground));
  return {
    usual: waves * Math.max(0, ...units.map((unit) => unit.usual)),
    longest: waves * Math.max(0, ...units.map((unit) => unit.longest)),
  };
}

/** The bound of the whole rotation, in seconds. */
export function longestOf(plan: Plan, ground: Ground): number {
  return plan.phases.reduce((sum, phase) => sum + estimatePhase(phase, ground).longest, 0);
}

function estimateUnit(step: UnitStep, { shape, observed }: Ground): Estimate {
  const unit = shape.units.find((one) => one.unit === step.unit);
  const seen = observed.units.find((one) => one.unit === step.unit);
  if (unit === undefined || seen === undefined) return { usual: 0, longest: 0 };
  return step.stages
    .map((stage) => estimateStage(stage, unit, seen, shape.limits))
    .reduce((a, b) => ({ usual: a.usual + b.usual, longest: a.longest + b.longest }), {
      usual: 0,
      longest: 0,
    });
}

function estimateStage(stage: Stage, unit: UnitShape, seen: ObservedUnit, limits: TimeLimits): Estimate {
  const parts = stage.proofs.map((proof): Estimate => {
    switch (proof) {
      case 'synced':
        return within(usual.sync, limits.sync);
      case 'loaded':
        return within(seen.cronJobEvery ?? usual.reload[seen.reload], limits.load);
      case 'accepted':
        return { usual: usual.handshakes, longest: usual.handshakes };
      case 'secondPlane':
        return {
          usual: usual.secondPlane + limits.kubeletPropagation,
          longest: limits.secondPlane + limits.kubeletPropagation,
        };
      case 'converged':
        return convergence(unit, seen, limits);
    }
  });
  return {
    usual: parts.reduce((sum, part) => sum + part.usual, 0),
    longest: parts.reduce((sum, part) => sum + part.longest, 0),
  };
}

function within(seconds: number, limit: number): Estimate {
  return { usual: Math.min(seconds, limit), longest: limit };
}

function convergence(unit: UnitShape, seen: ObservedUnit, limits: TimeLimits): Estimate {
  const clusters = unit.clusters.map(({ cluster, workloads }): Estimate => {
    const found = seen.clusters.find((one) => one.cluster === cluster);
    const ttl = found?.longestLeafTtlSeconds ?? 0;
    // What cannot be read is proven when its leaf must have expired; a restart of its owner may be quicker.
    const byTime = (found?.unreadable ?? 0) > 0 ? ttl + limits.clockSkew : 0;
    if (workloads.mode === 'restart') {
      const batches = Math.ceil(100 / workloads.batchPercent);
      const restarts = batches * limits.rollout;
      return {
        usual: batches * Math.min(usual.batch, limits.rollout),
        longest: restarts + byTime,
      };
    }
    // A proxy renews when half of its leaf's time is left; the other half bounds a renewal that is retried.
    return { usual: Math.max(ttl / 2, byTime), longest: Math.max(ttl, byTime) };
  });
  return {
    usual: Math.max(0, ...clusters.map((cluster) => cluster.usual)),
    longest: Math.max(0, ...clusters.map((cluster) => cluster.longest)),
  };
}

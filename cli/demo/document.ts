import type { RotationProgress } from '../../rotation/progress.ts';
import type { HandshakeCounts, Statistics } from '../dev/simulation.ts';
import type { DemoIssuer } from './issuing.ts';
import type { PhaseCounts } from './phase-recorder.ts';

/** What `demo -o json` prints: one document on stdout. Additive changes only. */
export interface DemoDocument {
  readonly schema: 'meshturn.demo/v1';
  readonly rotation: {
    readonly id: string;
    readonly kind: string;
    readonly state: string;
    readonly phases: readonly DemoPhase[];
  };
  readonly issuer: DemoIssuer;
  readonly clusters: number;
  readonly proxies: number;
  readonly handshakes: HandshakeCounts & {
    readonly phases: readonly PhaseCounts[];
    /** The first twenty that failed. */
    readonly failures: Statistics['handshakes']['failures'];
  };
  readonly temporal: {
    readonly address: string;
    /** Left out where the server ran already: then it is not known. */
    readonly ui: string | undefined;
  };
  /** Of the rotation, from its start to its end. */
  readonly elapsedSeconds: number;
}

interface DemoPhase {
  readonly name: string;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  readonly clusters: readonly {
    readonly name: string;
    readonly state: string;
    readonly evidence: readonly string[];
  }[];
}

/** What was seen of a rotation, and of the handshakes made meanwhile, at its end. */
export interface DemoOutcome {
  readonly issuer: DemoIssuer;
  readonly progress: RotationProgress;
  readonly statistics: Statistics;
  readonly phases: readonly PhaseCounts[];
  readonly temporal: DemoDocument['temporal'];
  readonly at: Date;
}

export function demoDocument(outcome: DemoOutcome): DemoDocument {
  const { issuer, progress, statistics, phases, temporal, at } = outcome;
  const { clusters, proxies, handshakes } = statistics;
  const { attempted, failed, byReason, terminating, pairs, failures } = handshakes;
  const end = progress.endedAt === undefined ? at : new Date(progress.endedAt);
  return {
    schema: 'meshturn.demo/v1',
    rotation: {
      id: progress.id,
      kind: progress.kind,
      state: progress.state,
      phases: progress.phases.map((phase) => ({
        name: phase.name,
        startedAt: phase.startedAt,
        endedAt: phase.endedAt,
        clusters: phase.clusters.map(({ cluster, state, evidence }) => ({ name: cluster, state, evidence })),
      })),
    },
    issuer,
    clusters: clusters.length,
    proxies,
    handshakes: { attempted, failed, byReason, terminating, pairs, phases, failures },
    temporal,
    elapsedSeconds: Math.round((end.getTime() - Date.parse(progress.startedAt)) / 100) / 10,
  };
}

/** What decides whether it showed what it promises. */
export interface Shown {
  readonly rotation: Pick<DemoDocument['rotation'], 'state'>;
  readonly handshakes: Pick<HandshakeCounts, 'attempted' | 'failed'>;
}

/** True where the demo shows what it promises: a completed rotation and not one failed handshake. */
export function succeeded({ rotation, handshakes }: Shown): boolean {
  return rotation.state === 'completed' && handshakes.attempted > 0 && handshakes.failed === 0;
}

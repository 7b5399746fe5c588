import { vi } from 'vitest';
import { planMesh } from '../../../cli/planning.ts';
import type { MeshName } from '../../../cli/rotations.ts';
import type { Mesh } from '../../../fleet/fleet.ts';
import type { CommandName } from '../../../rotation/commands.ts';
import type { CommandRequest } from '../../../rotation/messages.ts';
import { hasEnded } from '../../../rotation/course.ts';
import type { PhaseName } from '../../../rotation/plan.ts';
import type { ClusterStep, RotationProgress } from '../../../rotation/progress.ts';
import type { CaRef } from '../../../rotation/wanted.ts';
import type { Lane } from './world.ts';

/** Milliseconds; nothing waits for it but a failure. */
const patience = 290_000;

/** Limits that a scenario makes short for the sake of its fault; on a busy machine they may pass for anyone. */
const limits = ['SYNC_TIMED_OUT', 'LOAD_TIMED_OUT', 'ROLLOUT_STUCK', 'NOT_CONVERGED'] as const;

/** The rotation of one lane: started, looked at, and told to go on. */
export class Course {
  readonly #lane: Lane;
  readonly #mesh: Mesh;
  readonly #name: MeshName;
  readonly #ca: CaRef;
  /** All that the progress has ever said of any cluster, by phase. */
  readonly #said = new Map<string, Set<string>>();
  /** The stops that were answered, by cluster and instant: one is told `retry` once. */
  readonly #answered = new Set<string>();

  /** Codes that may stop whoever is not struck: they are told to go on. */
  readonly #passing: ReadonlySet<string>;

  constructor(lane: Lane, passing: readonly string[] = lane.kind.file?.limits ? limits : []) {
    this.#passing = new Set(passing);
    const [mesh] = lane.fleet.meshes;
    if (mesh === undefined) throw new Error('the simulated fleet has no mesh');
    this.#lane = lane;
    this.#mesh = mesh;
    this.#name = { fleet: lane.fleet.name, mesh: mesh.name };
    const kind = lane.kind.rotation;
    this.#ca = { kind, directory: `${lane.directory}/${kind}-b` };
  }

  async plan() {
    const request = { ca: this.#ca, phases: 'three', overrides: [], at: new Date() } as const;
    return planMesh(this.#lane.observer, { fleet: this.#name.fleet, mesh: this.#mesh, ...request });
  }

  async start(): Promise<void> {
    const { policy } = await this.plan();
    await this.#lane.rotations.start({ ...this.#name, rotationId: 'r-1', ca: this.#ca, policy });
  }

  async retry({ cluster, stopped }: ClusterStep): Promise<void> {
    const stop = `${cluster} ${stopped?.at ?? ''}`;
    if (this.#answered.has(stop)) return;
    this.#answered.add(stop);
    await this.#lane.rotations.retry(this.#name, { cluster });
  }

  async tell(command: CommandName, request: CommandRequest): Promise<void> {
    await this.#lane.rotations.tell(this.#name, command, request);
  }

  async look(): Promise<RotationProgress> {
    const seen = await this.#lane.rotations.look(this.#name);
    if (seen.kind !== 'live') throw new Error('no worker answers for the rotation');
    for (const { name, clusters } of seen.progress.phases) {
      for (const step of clusters) this.#hear(name, step);
    }
    return seen.progress;
  }

  /** All that the progress has said so far in a phase. */
  said(phase: PhaseName): string {
    return [...(this.#said.get(phase) ?? [])].join('\n');
  }

  /**
   * Looks again and again until it is so; where it never is, or can be no more since the rotation has ended, says what
   * was seen last. Whom something passing stops meanwhile is told to go on, but for the cluster that is `struck` now.
   */
  async until(is: (progress: RotationProgress) => boolean, struck?: string): Promise<RotationProgress> {
    const look = async () => {
      const progress = await this.look();
      const isSo = is(progress);
      if (isSo || hasEnded(progress)) return { progress, isSo };
      await this.#goOn(progress, struck);
      throw new Error(told(progress));
    };
    const { progress, isSo } = await vi.waitFor(look, { timeout: patience, interval: 300 });
    if (!isSo) throw new Error(told(progress));
    return progress;
  }

  async #goOn({ phases }: RotationProgress, struck: string | undefined): Promise<void> {
    for (const step of phases.flatMap(({ clusters }) => clusters)) {
      if (step.cluster !== struck && this.#passing.has(step.stopped?.code ?? '')) await this.retry(step);
    }
  }

  #hear(phase: PhaseName, { doing, awaiting, evidence, stopped }: ClusterStep): void {
    const said = this.#said.get(phase) ?? new Set();
    this.#said.set(phase, said);
    for (const text of [doing, awaiting?.what, ...evidence, stopped?.message]) {
      if (text !== undefined) said.add(text);
    }
  }
}

/** A rotation in a line, for a test that waits in vain. */
export function told({ state, stopped, phases }: RotationProgress): string {
  const steps = phases.flatMap(({ name, clusters }) =>
    clusters.map((one) =>
      [name, one.cluster, one.state, one.doing, one.awaiting?.what, one.stopped?.message].join(' '),
    ),
  );
  return [state, stopped?.message, ...steps].join('\n');
}

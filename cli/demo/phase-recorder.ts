import { hasEnded } from '../../rotation/course.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import type { HandshakeCounts, Simulation } from '../dev/simulation.ts';

export type PhaseCounts = HandshakeCounts & { readonly name: string };

/** Tells the prober where each phase begins, and keeps what it counted in each. */
export class PhaseRecorder {
  readonly #simulation: Pick<Simulation, 'statistics' | 'beginPhase'>;
  readonly #counts: PhaseCounts[] = [];
  #phase: string | undefined;

  constructor(simulation: Pick<Simulation, 'statistics' | 'beginPhase'>) {
    this.#simulation = simulation;
  }

  get counts(): readonly PhaseCounts[] {
    return this.#counts;
  }

  /** To be called with every state that is seen; a phase lasts until another one runs, or none is left. */
  async saw(progress: RotationProgress): Promise<void> {
    const running = progress.phases.find(
      (phase) => phase.state === 'running' || phase.state === 'stopped',
    )?.name;
    if (this.#phase === running || (running === undefined && !hasEnded(progress))) return;
    if (this.#phase !== undefined) {
      const { inPhase } = (await this.#simulation.statistics()).handshakes;
      this.#counts.push({ name: this.#phase, ...inPhase });
    }
    this.#phase = running;
    if (running !== undefined) await this.#simulation.beginPhase(running);
  }
}

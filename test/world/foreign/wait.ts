import { unitWorkflowId } from '../../../rotation/messages.ts';
import type { PhaseName } from '../../../rotation/plan.ts';
import { Gate } from '../../../sim/gate.ts';
import type { Lane as Running } from '../faults/world.ts';

/** Keeps the first cluster waiting in some phases: the census that would end its wait gets no answer meanwhile. */
export class Wait {
  readonly #running: Running;
  readonly #gates: Map<PhaseName, Gate>;

  constructor(running: Running, phases: readonly PhaseName[]) {
    this.#running = running;
    this.#gates = new Map(phases.map((phase) => [phase, new Gate()]));
    running.sim.clusters[0]?.mesh.cluster.faults.set({
      matches: ({ verb, resource, namespace }) =>
        this.#gates.size > 0 && verb === 'list' && resource === 'pods' && namespace === undefined,
      hold: () => this.#hold(),
    });
  }

  isReached(phase: PhaseName): boolean {
    return this.#gates.get(phase)?.reached === true;
  }

  /** Lets the census go on that is held, and holds the next. */
  renew(phase: PhaseName): void {
    this.#gates.get(phase)?.open('on');
    this.#gates.set(phase, new Gate());
  }

  end(...phases: readonly PhaseName[]): void {
    for (const phase of phases) {
      this.#gates.get(phase)?.open('on');
      this.#gates.delete(phase);
    }
  }

  endAll(): void {
    this.end(...this.#gates.keys());
  }

  /** Others list pods as well, and are not to wait. */
  async #hold() {
    for (const [phase, gate] of this.#gates) if (await this.#takesCensus(phase)) return gate.pass();
    return 'on' as const;
  }

  /** What the cluster reports comes seconds late: the server knows what its workflow has under way. */
  async #takesCensus(phase: PhaseName): Promise<boolean> {
    const { fleet, sim, underWay } = this.#running;
    const mesh = fleet.meshes[0]?.name ?? '';
    const unit = sim.clusters[0]?.profile.name ?? '';
    const id = unitWorkflowId({ fleet: fleet.name, mesh, rotationId: 'r-1', phase, step: { unit } });
    return (await underWay(id)).includes('takeCensus');
  }
}

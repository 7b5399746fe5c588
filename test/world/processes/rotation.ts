import { createActivities } from '../../../activities/create.ts';
import { type Planned, planMesh } from '../../../cli/planning.ts';
import type { PhaseName } from '../../../rotation/plan.ts';
import type { RotationProgress } from '../../../rotation/progress.ts';
import type { UnitKey } from '../../../rotation/messages.ts';
import { betweenAsks, Hopeless, patiently } from './patiently.ts';
import type { World } from './world.ts';

/** A root rotation of a world's mesh, begun by a client that may come and go. */
export class RootRotation {
  readonly planned: Planned;
  readonly #world: World;
  #rotationId = 'r-0a1b2c3d';

  private constructor(world: World, planned: Planned) {
    this.#world = world;
    this.planned = planned;
  }

  /** Plans it; nothing is started. */
  static async plan(world: World): Promise<RootRotation> {
    const [mesh] = world.fleet.meshes;
    if (mesh === undefined) throw new Error('the simulated fleet has no mesh');
    const ca = { kind: 'root', directory: world.simulation.newCa.root } as const;
    const request = {
      fleet: world.fleet.name,
      mesh,
      ca,
      phases: 'three',
      overrides: [],
      at: new Date(),
    } as const;
    const planned = await planMesh(createActivities({ fleets: [world.fleet] }), request);
    return new RootRotation(world, planned);
  }

  async start(): Promise<void> {
    const ca = { kind: 'root', directory: this.#world.simulation.newCa.root } as const;
    const { policy } = this.planned;
    await this.#world.rotations.start({ ...this.#name, rotationId: this.#rotationId, ca, policy });
  }

  /** A command line that begins it, as its operator types it. */
  get startWords(): readonly string[] {
    const { simulation, fleet } = this.#world;
    const { mesh } = this.#name;
    return [
      ...['rotation', 'start', '-f', simulation.fleetFile, '--mesh', mesh],
      ...['--root', simulation.newCa.root, '--confirm', fleet.name],
    ];
  }

  /** Its server has lost it: what goes on in its place was started by another command, under another id. */
  begunAnew(rotationId: string): void {
    this.#rotationId = rotationId;
  }

  unit(phase: PhaseName, unit: string): UnitKey {
    return { ...this.#name, rotationId: this.#rotationId, phase, step: { unit } };
  }

  /** Looks until the rotation is completed. Throws Hopeless where something has stopped it. */
  async completed(): Promise<RotationProgress> {
    return patiently(async () => {
      const progress = await this.goesOn();
      if (progress?.state !== 'completed') throw new Error(`it does not end: ${JSON.stringify(progress)}`);
      return progress;
    }, betweenAsks);
  }

  /** How it stands; undefined while no worker answers. Throws Hopeless where something has stopped it. */
  async goesOn(): Promise<RotationProgress | undefined> {
    const seen = await this.#world.rotations.look(this.#name);
    if (seen.kind !== 'live') return undefined;
    const { stopped, phases } = seen.progress;
    const steps = phases.flatMap(({ clusters }) => clusters);
    const stops = [stopped, ...steps.map((step) => step.stopped)].filter((stop) => stop !== undefined);
    if (stops.length > 0) throw new Hopeless(JSON.stringify(stops));
    return seen.progress;
  }

  get #name() {
    return { fleet: this.#world.fleet.name, mesh: this.planned.shape.mesh };
  }
}

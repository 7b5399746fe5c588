import type { Activities } from '../contract.ts';
import type { ClusterClient } from '../kube/connect.ts';
import type { MeshWorld } from '../mesh-world.ts';
import type { ControlPlane } from './control-plane.ts';
import { LoadCourse } from './load-course.ts';
import { restarterFor, type Restarter } from './restarter.ts';

export type LoadInput = Parameters<Activities['awaitLoaded']>[0];

/** One control plane that is to load a set, and how far it is with it. */
export interface Home {
  readonly client: ClusterClient;
  readonly plane: ControlPlane;
  readonly restarter: Restarter | undefined;
  readonly course: LoadCourse;
}

/** The control planes of a unit as they come and go: a revision may be installed or removed meanwhile. */
export class LoadHomes {
  readonly #world: MeshWorld;
  readonly #input: LoadInput;
  readonly #homes = new Map<string, Home>();
  /** Runs of the CronJob before the volumes were synced saw the old set. */
  readonly #since = new Date();

  constructor(world: MeshWorld, input: LoadInput) {
    this.#world = world;
    this.#input = input;
  }

  /** Those that are there now; one that was there before has the course that it had. */
  async list(clusters: readonly string[]): Promise<readonly Home[]> {
    const { fleet, mesh } = this.#input;
    const homes = await Promise.all(
      clusters.map(async (cluster) => {
        const client = this.#world.client({ fleet, mesh, cluster });
        const planes = await this.#world.controlPlanes({ fleet, mesh, cluster });
        return planes.map((plane) => this.#home(client, plane));
      }),
    );
    return homes.flat();
  }

  #home(client: ClusterClient, plane: ControlPlane): Home {
    const key = `${plane.cluster}/${plane.namespace}/${plane.deployment}`;
    const known = this.#homes.get(key);
    if (known !== undefined) return known;
    const { rotationId, phase, stage, since, cronJob } = this.#input;
    const cause = [rotationId, phase, stage, since].join('/');
    const restarter = restarterFor(client, plane, { cause, since: this.#since, cronJob });
    const home = { client, plane, restarter, course: new LoadCourse(plane, restarter) };
    this.#homes.set(key, home);
    return home;
  }
}

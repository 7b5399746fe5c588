import type { SimFleet } from '../fleet.ts';
import { scenarios } from './registry.ts';
import type { Broken } from './broken.ts';
import type { Scenario } from './scenario.ts';

/** The scenarios of one simulated fleet, set on and mended one by one while it runs. */
export class ScenarioBoard {
  readonly #fleet: SimFleet;
  readonly #on = new Map<string, Broken>();

  constructor(fleet: SimFleet) {
    this.#fleet = fleet;
  }

  /** What there is, which cluster it strikes, and whether it is on. */
  list(): readonly {
    readonly name: string;
    readonly title: string;
    readonly cluster: string;
    on: boolean;
  }[] {
    return scenarios.map((scenario) => ({
      ...{ name: scenario.name, title: scenario.title },
      cluster: this.#clusterOf(scenario)?.profile.name ?? '',
      on: this.#on.has(scenario.name),
    }));
  }

  /** Sets it on; one that is on stays as it is. Throws RangeError where there is no such scenario. */
  set(name: string): void {
    const scenario = named(name);
    const cluster = this.#clusterOf(scenario);
    if (cluster === undefined) throw new RangeError(`the fleet has no cluster of kind ${scenario.on}`);
    if (!this.#on.has(name)) this.#on.set(name, scenario.set({ fleet: this.#fleet, cluster }));
  }

  /** Mends it; does nothing where it is not on. */
  async mend(name: string): Promise<void> {
    named(name);
    const broken = this.#on.get(name);
    this.#on.delete(name);
    await broken?.mend();
  }

  #clusterOf({ on }: Scenario) {
    return this.#fleet.clusters.find(({ profile }) => profile.kind === on);
  }
}

function named(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`no scenario ${name}; there are ${scenarios.map((one) => one.name).join(', ')}`);
}

import { type UnitInput, type UnitReport } from '../rotation/messages.ts';
import { type Awaiting, type ClusterStep, type Stopped } from '../rotation/progress.ts';

/** Evidence beyond this many lines a cluster drops the oldest: a report stays below 16 KB. */
const keptEvidence = 20;

type Change = Partial<Omit<ClusterStep, 'cluster' | 'evidence'>>;

/** How far one write unit is in its step: plain state, changed by the workflow, told by reports. */
export class UnitRun {
  readonly #input: UnitInput;
  readonly #steps: Map<string, ClusterStep>;
  /** How often each cluster was told to go on after a stop. */
  readonly #resumed = new Map<string, number>();
  #sequence = 0;
  #written = 0;
  #done = false;

  constructor(input: UnitInput) {
    this.#input = input;
    this.#steps = new Map(input.step.clusters.map((cluster) => [cluster, waiting(cluster)]));
  }

  get clusters(): readonly string[] {
    return [...this.#steps.keys()];
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** True while a person is needed, or nothing is left to do: worth telling at once. */
  get urgent(): boolean {
    return this.#done || this.#stopped() !== undefined;
  }

  /** The named clusters begin something new. */
  begin(clusters: readonly string[], doing: string, awaiting: Awaiting | undefined, at: string): void {
    this.#change(clusters, { state: 'running', doing, awaiting, since: at, stopped: undefined });
  }

  /** @param doing where the cluster does something else than before, what */
  await(cluster: string, awaiting: Awaiting, doing?: string): void {
    this.#change([cluster], doing === undefined ? { awaiting } : { awaiting, doing });
  }

  count(cluster: string, done: number, total: number): void {
    this.#change([cluster], { done, total });
  }

  prove(clusters: readonly string[], line: string): void {
    for (const cluster of clusters) {
      const evidence = [...this.#step(cluster).evidence, line].slice(-keptEvidence);
      this.#steps.set(cluster, { ...this.#step(cluster), evidence, awaiting: undefined });
    }
    this.#sequence += 1;
  }

  wrote(versions: number): void {
    this.#written += versions;
    this.#sequence += 1;
  }

  stop(clusters: readonly string[], stopped: Stopped): void {
    this.#change(clusters, { state: 'stopped', awaiting: undefined, stopped });
  }

  /** Lets the cluster, or every one, go on after a stop. */
  resume(cluster: string | undefined): void {
    for (const name of cluster === undefined ? this.clusters : [cluster]) {
      this.#resumed.set(name, this.resumptions([name]) + 1);
    }
  }

  resumptions(clusters: readonly string[]): number {
    return clusters.reduce((sum, cluster) => sum + (this.#resumed.get(cluster) ?? 0), 0);
  }

  /** The step ends before its time: what was not done stands still. */
  abandon(stopped: Stopped): void {
    this.stop(
      this.clusters.filter((cluster) => this.#step(cluster).state !== 'done'),
      stopped,
    );
  }

  finish(): void {
    this.#done = true;
    this.#change(this.clusters, { state: 'done', doing: undefined, awaiting: undefined });
  }

  report(): UnitReport {
    const stopped = this.#stopped();
    const open = [...this.#steps.values()].filter(({ state }) => state !== 'done');
    const still = open.length > 0 && open.every(({ state }) => state === 'stopped');
    return {
      phase: this.#input.phase,
      unit: this.#input.step.unit,
      sequence: this.#sequence,
      state: this.#done ? 'done' : still ? 'stopped' : 'running',
      clusters: [...this.#steps.values()],
      written: this.#written,
      ...(stopped === undefined ? {} : { stopped }),
    };
  }

  #stopped(): Stopped | undefined {
    return [...this.#steps.values()].find(({ state }) => state === 'stopped')?.stopped;
  }

  #change(clusters: readonly string[], change: Change): void {
    for (const cluster of clusters) this.#steps.set(cluster, { ...this.#step(cluster), ...change });
    this.#sequence += 1;
  }

  #step(cluster: string): ClusterStep {
    return this.#steps.get(cluster) ?? waiting(cluster);
  }
}

function waiting(cluster: string): ClusterStep {
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

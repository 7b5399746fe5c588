import type { ClusterStep, Stopped } from '../rotation/progress.ts';
import type { RegressedCluster } from './carried-run.ts';

/** Clusters that a look has stopped, and what had stopped them before. */
export class RegressedClusters {
  readonly #found: Map<string, RegressedCluster>;

  constructor(carried: readonly RegressedCluster[] = []) {
    this.#found = new Map(carried.map((each) => [each.cluster, each]));
  }

  get names(): readonly string[] {
    return [...this.#found.keys()];
  }

  /** Of the clusters, those of which it is news. What a look before has found is not what had stopped them. */
  newsOf(steps: readonly ClusterStep[], { code, at }: Stopped): readonly RegressedCluster[] {
    return steps.flatMap(({ cluster, stopped }) => {
      const found = this.#found.get(cluster);
      if ((found ?? stopped)?.code === code) return [];
      const before = found === undefined ? stopped : found.before;
      return [{ cluster, code, at, ...(before === undefined ? {} : { before }) }];
    });
  }

  add(news: readonly RegressedCluster[]): void {
    for (const each of news) this.#found.set(each.cluster, each);
  }

  /** Something else is to be told of them now. */
  forget(clusters: readonly string[]): void {
    for (const cluster of clusters) this.#found.delete(cluster);
  }

  /** Forgets and returns them all. */
  take(): readonly RegressedCluster[] {
    const all = [...this.#found.values()];
    this.#found.clear();
    return all;
  }

  carry(): { readonly regressed?: readonly RegressedCluster[] } {
    return this.#found.size === 0 ? {} : { regressed: [...this.#found.values()] };
  }
}

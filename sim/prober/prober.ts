import { seededRandom } from '../controllers/random.ts';
import type { ReadyIstiod, ReadyProxy } from '../mesh-programs.ts';
import { dialIstiod, handshake, type Outcome } from './handshake.ts';
import { Tally, type ProberStats } from './stats.ts';

/** Every so many handshakes one is an agent's with an istiod replica. */
const agentEvery = 6;

/** More at a time than this means that the process is starved: the prober waits rather than adds to it. */
const atMostOpen = 40;

/** Milliseconds between two looks for pairs that are new: some are there for less time than passes between two turns. */
const mostBetweenLooks = 50;

/** Who can be asked for a handshake in one cluster. */
export interface ProbedMesh {
  readonly cluster: { readonly name: string };
  readonly trustDomain: string;
  proxies(): readonly ReadyProxy[];
  istiods(): readonly ReadyIstiod[];
}

interface Group {
  readonly name: string;
  readonly members: readonly ReadyProxy[];
}

/** Two between whom a handshake can be made at this moment. */
interface Pair {
  readonly name: string;
  /** Undefined where one of them went away meanwhile. */
  probe(): Promise<void> | undefined;
}

/**
 * Makes real handshakes all the time: between proxies of all clusters, choosing the ordered pair of (cluster,
 * leaf generation) that was tried least, and from agents to every istiod replica of their cluster.
 */
export class Prober {
  readonly #meshes: readonly ProbedMesh[];
  readonly #random: () => number;
  readonly #interval: number;
  readonly #all = new Tally();
  readonly #pending = new Set<Promise<void>>();
  #inPhase = new Tally();
  #phase = 'start';
  #turn = 0;
  #agents = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(meshes: readonly ProbedMesh[], o: { readonly perSecond: number; readonly seed: number }) {
    this.#meshes = meshes;
    this.#random = seededRandom(o.seed);
    this.#interval = 1000 / o.perSecond;
  }

  start(): void {
    let due = performance.now();
    const look = (): void => {
      // A timer that came late owes the handshakes it missed, up to a bound.
      due = Math.max(due, performance.now() - 10 * this.#interval);
      let turns = 0;
      for (; due <= performance.now(); due += this.#interval) turns += 1;
      this.#look(turns);
    };
    this.#timer = setInterval(look, Math.min(this.#interval, mostBetweenLooks));
  }

  /** Ends when the handshakes under way have. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
  }

  /** From now on pairs are covered anew. */
  beginPhase(name: string): void {
    this.#phase = name;
    this.#inPhase = new Tally();
  }

  stats(): ProberStats {
    const counts = this.#all.counts();
    return {
      ...counts,
      phase: this.#phase,
      proxies: counts.attempted - this.#agents,
      agents: this.#agents,
      inPhase: this.#inPhase.counts(),
      accepted: this.#all.coverage.names,
      failures: this.#all.failures,
    };
  }

  /** Tries what is new, which takes a turn where there is one, and then so many others as have their turn. */
  #look(turns: number): void {
    const [proxies, agents] = [this.#proxyPairs(), this.#agentPairs()];
    const all = [...proxies, ...agents];
    for (const { coverage } of [this.#all, this.#inPhase]) {
      for (const { name } of all) coverage.possible(name);
    }
    const { coverage } = this.#inPhase;
    // One that is new is tried out of turn and however many are open, once in a phase: by its turn it may be gone, as a
    // generation is whose last leaf is renewed.
    const untried = all.filter(({ name }) => !coverage.hasTried(name));
    for (const pair of untried) this.#open(pair.probe());
    for (let left = untried.length > 0 ? turns - 1 : turns; left > 0; left -= 1) {
      if (this.#pending.size >= atMostOpen) return;
      this.#turn += 1;
      const candidates = this.#turn % agentEvery === 0 ? agents : proxies;
      this.#open(coverage.pickLeast(candidates, ({ name }) => name, this.#random)?.probe());
    }
  }

  #open(probing: Promise<void> | undefined): void {
    if (probing === undefined) return;
    const ended = probing.finally(() => this.#pending.delete(ended));
    this.#pending.add(ended);
  }

  #proxyPairs(): readonly Pair[] {
    const groups = groupsOf(this.#meshes);
    return groups.flatMap((client) =>
      groups.map((server) => {
        const name = `${client.name} → ${server.name}`;
        return { name, probe: () => this.#probeProxies(name, client, server) };
      }),
    );
  }

  #probeProxies(pair: string, { members }: Group, server: Group): Promise<void> | undefined {
    const [from, to] = [this.#pick(members), this.#pick(server.members)];
    const mesh = this.#meshes.find(({ cluster }) => cluster.name === from?.cluster);
    if (from === undefined || to === undefined || mesh === undefined) return undefined;
    const names = { pair, from: nameOf(from), to: nameOf(to) };
    return this.#count(names, [from, to], handshake(from.proxy, to.proxy, mesh.trustDomain));
  }

  /** From agents that know a root to ask istiod by; without such a one there is no pair. */
  #agentPairs(): readonly Pair[] {
    return this.#meshes.flatMap((mesh) => {
      const agents = mesh.proxies().filter(({ proxy }) => proxy.istiodRoots !== undefined);
      return mesh.istiods().flatMap((istiod) => {
        const name = `agents of ${istiod.cluster} → ${istiod.pod}`;
        return agents.length === 0 ? [] : [{ name, probe: () => this.#probeIstiod(name, agents, istiod) }];
      });
    });
  }

  #probeIstiod(pair: string, agents: readonly ReadyProxy[], istiod: ReadyIstiod): Promise<void> | undefined {
    const agent = this.#pick(agents);
    const rootPem = agent?.proxy.istiodRoots;
    if (agent === undefined || rootPem === undefined) return undefined;
    const names = { pair, from: `agent of ${nameOf(agent)}`, to: nameOf(istiod) };
    this.#agents += 1;
    return this.#count(names, [agent, istiod], dialIstiod({ ...istiod, rootPem }));
  }

  async #count(
    names: { readonly pair: string; readonly from: string; readonly to: string },
    both: readonly { stillReady(): boolean }[],
    outcome: Promise<Outcome>,
  ): Promise<void> {
    const tallies = [this.#all, this.#inPhase];
    for (const { coverage } of tallies) coverage.tried(names.pair);
    const result = { ...names, outcome: await outcome, stillReady: both.every((one) => one.stillReady()) };
    for (const tally of tallies) tally.add(result);
  }

  #pick<T>(candidates: readonly T[]): T | undefined {
    return candidates[Math.floor(this.#random() * candidates.length)];
  }
}

function groupsOf(meshes: readonly ProbedMesh[]): readonly Group[] {
  const groups = new Map<string, ReadyProxy[]>();
  for (const member of meshes.flatMap((mesh) => mesh.proxies())) {
    const signer = member.proxy.identity?.signer;
    if (signer === undefined) continue;
    const name = `${member.cluster}/${signer.slice(0, 8)}`;
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [member]);
    else members.push(member);
  }
  return [...groups].map(([name, members]) => ({ name, members }));
}

function nameOf({ cluster, pod }: { readonly cluster: string; readonly pod: string }): string {
  return `${cluster}/${pod}`;
}

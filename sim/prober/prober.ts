import { seededRandom } from '../controllers/random.ts';
import type { MeshCluster, ReadyIstiod, ReadyProxy } from '../mesh-cluster.ts';
import { dialIstiod, handshake, type Outcome } from './handshake.ts';
import { Tally, type ProberStats } from './stats.ts';

/** Every so many handshakes one is an agent's with an istiod replica. */
const agentEvery = 6;

/** More at a time than this means that the process is starved: the prober waits rather than adds to it. */
const atMostOpen = 40;

interface Group {
  readonly name: string;
  readonly members: readonly ReadyProxy[];
}

/**
 * Makes real handshakes all the time: between proxies of all clusters, choosing the ordered pair of (cluster,
 * leaf generation) that was tried least, and from agents to every istiod replica of their cluster.
 */
export class Prober {
  readonly #meshes: readonly MeshCluster[];
  readonly #random: () => number;
  readonly #interval: number;
  readonly #all = new Tally();
  readonly #pending = new Set<Promise<void>>();
  #inPhase = new Tally();
  #phase = 'start';
  #turn = 0;
  #agents = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(meshes: readonly MeshCluster[], o: { readonly perSecond: number; readonly seed: number }) {
    this.#meshes = meshes;
    this.#random = seededRandom(o.seed);
    this.#interval = 1000 / o.perSecond;
  }

  start(): void {
    let due = performance.now();
    this.#timer = setInterval(() => {
      // A timer that came late owes the handshakes it missed, up to a bound.
      due = Math.max(due, performance.now() - 10 * this.#interval);
      for (; due <= performance.now(); due += this.#interval) this.#probe();
    }, this.#interval);
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
      failures: this.#all.failures,
    };
  }

  #probe(): void {
    if (this.#pending.size >= atMostOpen) return;
    this.#turn += 1;
    const probing = this.#turn % agentEvery === 0 ? this.#probeIstiod() : this.#probeProxies();
    if (probing === undefined) return;
    const ended = probing.finally(() => this.#pending.delete(ended));
    this.#pending.add(ended);
  }

  #probeProxies(): Promise<void> | undefined {
    const groups = groupsOf(this.#meshes);
    const pairs = groups.flatMap((client) => groups.map((server) => ({ client, server })));
    const pair = this.#inPhase.coverage.pickLeast(pairs, pairName, this.#random);
    if (pair === undefined) return undefined;
    const [client, server] = [this.#pick(pair.client.members), this.#pick(pair.server.members)];
    const mesh = this.#meshes.find(({ cluster }) => cluster.name === client?.cluster);
    if (client === undefined || server === undefined || mesh === undefined) return undefined;
    const names = { pair: pairName(pair), from: nameOf(client), to: nameOf(server) };
    return this.#count(names, [client, server], handshake(client.proxy, server.proxy, mesh.trustDomain));
  }

  #probeIstiod(): Promise<void> | undefined {
    const all = this.#meshes.flatMap((mesh) => mesh.istiods().map((istiod) => ({ mesh, istiod })));
    const one = this.#inPhase.coverage.pickLeast(all, ({ istiod }) => agentPair(istiod), this.#random);
    const agent = this.#pick(one?.mesh.proxies() ?? []);
    const rootPem = agent?.proxy.istiodRoots;
    if (one === undefined || agent === undefined || rootPem === undefined) return undefined;
    const { istiod } = one;
    const names = { pair: agentPair(istiod), from: `agent of ${nameOf(agent)}`, to: nameOf(istiod) };
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

function groupsOf(meshes: readonly MeshCluster[]): readonly Group[] {
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

function pairName({ client, server }: { readonly client: Group; readonly server: Group }): string {
  return `${client.name} → ${server.name}`;
}

function agentPair({ cluster, pod }: ReadyIstiod): string {
  return `agents of ${cluster} → ${pod}`;
}

function nameOf({ cluster, pod }: { readonly cluster: string; readonly pod: string }): string {
  return `${cluster}/${pod}`;
}

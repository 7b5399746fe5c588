import { z } from 'zod';
import type { FleetCluster, SimFleet } from './fleet.ts';
import { Gate } from './gate.ts';

/** The request of Meshturn that a gate is to hold: the next write of a secret, or the next such call of an API server. */
const held = z.union([
  z.strictObject({ cluster: z.string(), secret: z.string() }),
  z.strictObject({
    cluster: z.string(),
    verb: z.string(),
    resource: z.string(),
    subresource: z.string().optional(),
    /** All of a cluster where left out. */
    namespace: z.string().optional(),
    /** Holds all such, not the next one alone. */
    every: z.boolean().optional(),
  }),
]);
type Held = z.output<typeof held>;

const reach = z.strictObject({ cluster: z.string(), away: z.boolean() });
const passage = z.strictObject({ then: z.enum(['on', 'cut']) });

/** What the control endpoint does to the requests of a fleet, for those who crash what is in the middle of one. */
export class Strikes {
  readonly #fleet: SimFleet;
  readonly #gates = new Map<string, { readonly gate: Gate; readonly remove: () => void }>();
  /** By cluster, how its API server and its vault come back. */
  readonly #away = new Map<string, () => void>();

  constructor(fleet: SimFleet) {
    this.#fleet = fleet;
  }

  /** Sets a gate; it holds one request, or `every`. */
  set(name: string, body: unknown): void {
    const what = held.parse(body);
    const gate = new Gate();
    this.#gates.get(name)?.remove();
    this.#gates.set(name, { gate, remove: hold(this.#cluster(what.cluster), what, gate) });
  }

  /** Whether the gate holds a request. */
  reached(name: string): boolean {
    return this.#gate(name).gate.reached;
  }

  /** Lets what is held go on, or cuts its connection; a gate that holds nothing is taken away. */
  open(name: string, body: unknown): void {
    const { gate, remove } = this.#gate(name);
    remove();
    gate.open(passage.parse(body).then);
    this.#gates.delete(name);
  }

  /** Cuts a cluster's API server and its vault off, every open connection too, or brings them back. */
  reach(body: unknown): void {
    const { cluster: name, away } = reach.parse(body);
    const { mesh, vault } = this.#cluster(name);
    this.#away.get(name)?.();
    this.#away.delete(name);
    if (!away) return;
    const { faults } = mesh.cluster;
    const api = faults.set({ matches: () => true, cut: true });
    const secrets = vault.faults.add({ matches: () => true, effect: { kind: 'cut', when: 'before' } });
    faults.cutAll();
    this.#away.set(name, () => {
      api();
      secrets();
    });
  }

  #gate(name: string) {
    const found = this.#gates.get(name);
    if (found === undefined) throw new RangeError(`no gate ${name}`);
    return found;
  }

  #cluster(name: string): FleetCluster {
    const found = this.#fleet.clusters.find(({ profile }) => profile.name === name);
    if (found === undefined) throw new RangeError(`no cluster ${name}`);
    return found;
  }
}

function hold({ mesh, vault }: FleetCluster, what: Held, gate: Gate): () => void {
  const pass = () => gate.pass();
  if ('secret' in what) {
    const isWrite = (request: { readonly method: string; readonly name: string | undefined }) =>
      request.method === 'PUT' && request.name === what.secret;
    return vault.faults.add({ matches: isWrite, effect: { kind: 'hold', pass }, times: 1 });
  }
  const { verb, resource, subresource, namespace, every = false } = what;
  return mesh.cluster.faults.set({
    matches: (request) =>
      request.verb === verb &&
      request.resource === resource &&
      request.subresource === subresource &&
      request.namespace === namespace,
    hold: pass,
    times: every ? Infinity : 1,
  });
}

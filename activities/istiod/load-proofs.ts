import { Problem } from '../../problems/problem.ts';
import { sameList, sameSet, type Fingerprint, type TrustState } from '../../rotation/trust.ts';
import type { LoadEvidence, MeshRef } from '../contract.ts';
import type { ClusterClient } from '../kube/connect.ts';
import type { MeshWorld } from '../mesh-world.ts';
import { probe, trustedByConfigMap, type ProbeAnswer } from './probe.ts';
import type { Replica } from './replicas.ts';

export type ReplicaProof = LoadEvidence['replicas'][number];

/** One look at one replica: either its proof or what it lacks, in words. */
export interface ProofLook {
  readonly pod: string;
  readonly proof?: ReplicaProof;
  readonly lack?: string;
  /** True where it answers with something else; one that is being replaced gives no answer. */
  readonly differs: boolean;
  readonly otherRoots: boolean;
}

/** Probes replicas until each has answered with what is expected; one that has is not asked again. */
export class LoadProofs {
  readonly #world: MeshWorld;
  readonly #mesh: MeshRef;
  readonly #wanted: { readonly expect: TrustState; readonly chain: readonly Fingerprint[] };
  /** PEM of the expected roots. */
  readonly #trusted: string;
  readonly #proven = new Map<string, ReplicaProof>();

  constructor(
    world: MeshWorld,
    mesh: MeshRef,
    wanted: { readonly expect: TrustState; readonly chain: readonly Fingerprint[] },
    trusted: string,
  ) {
    this.#world = world;
    this.#mesh = mesh;
    this.#wanted = wanted;
    this.#trusted = trusted;
  }

  async look(client: ClusterClient, replica: Replica): Promise<ProofLook> {
    const { pod, plane } = replica;
    const key = `${client.name}/${pod}`;
    const proven = this.#proven.get(key);
    if (proven !== undefined) return { pod, proof: proven, differs: false, otherRoots: false };
    const token = await this.#world.probeToken({ ...this.#mesh, cluster: client.name }, plane.namespace);
    const trusted = `${await trustedByConfigMap(client, plane.namespace)}\n${this.#trusted}`;
    const answer = await answerOf(client, replica, { token, trusted });
    if (answer instanceof Problem) return { pod, lack: answer.message, differs: false, otherRoots: false };
    const otherRoots = !sameList(answer.roots, this.#wanted.expect.roots);
    const lack = this.#lackOf(answer, otherRoots);
    if (lack !== undefined) return { pod, lack, differs: true, otherRoots };
    const proof = { cluster: client.name, pod, leafSerial: answer.leafSerial };
    this.#proven.set(key, proof);
    return { pod, proof, differs: false, otherRoots: false };
  }

  #lackOf(answer: ProbeAnswer, otherRoots: boolean): string | undefined {
    const { expect, chain } = this.#wanted;
    if (otherRoots) {
      return `hands out ${answer.roots.length} roots that are not the ${expect.roots.length} expected`;
    }
    if (answer.broken !== undefined) return answer.broken;
    if (answer.signer !== expect.signer)
      return `signs with ${short(answer.signer)}, not ${short(expect.signer)}`;
    return sameSet(answer.chain, chain) ? undefined : 'presents another chain than was written';
  }
}

/** A replica that gives no answer now may give one at the next look, but where the API server refuses the way to it. */
async function answerOf(
  client: ClusterClient,
  replica: Replica,
  o: { readonly token: string; readonly trusted: string },
): Promise<ProbeAnswer | Problem> {
  try {
    return await probe(client, replica, o);
  } catch (error) {
    if (error instanceof Problem && error.code !== 'CLUSTER_FORBIDDEN') return error;
    throw error;
  }
}

function short(fingerprint: Fingerprint | undefined): string {
  return fingerprint === undefined ? 'nothing that verifies' : fingerprint.slice(0, 12);
}

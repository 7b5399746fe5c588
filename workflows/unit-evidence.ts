import type {
  EvidenceInput,
  EvidenceProof,
  EvidenceStop,
  EvidenceWrite,
} from '../activities/evidence/document.ts';
import type { WriteEvidence } from '../activities/contract.ts';
import type { UnitInput } from '../rotation/messages.ts';
import type { Stage } from '../rotation/plan.ts';
import type { Stopped } from '../rotation/progress.ts';

/** Of writes, and of stops, so many are kept, the last. */
const most = 50;

/** What a run of the workflow hands to the next. */
export interface CarriedEvidence {
  readonly startedAt: string;
  readonly writes: readonly EvidenceWrite[];
  readonly proofs: readonly EvidenceProof[];
  readonly stops: readonly EvidenceStop[];
}

/** What is to be kept of one unit's step: its writes, the last proof of each kind, and where it stood still. */
export class UnitEvidence {
  readonly #startedAt: string;
  #writes: readonly EvidenceWrite[];
  readonly #proofs: Map<string, EvidenceProof>;
  #stops: readonly EvidenceStop[];

  constructor(at: string, carried?: CarriedEvidence) {
    this.#startedAt = carried?.startedAt ?? at;
    this.#writes = carried?.writes ?? [];
    this.#proofs = new Map(carried?.proofs.map((proof) => [keyOf(proof), proof]));
    this.#stops = carried?.stops ?? [];
  }

  /** A stage may be repeated: what it finds as it left it is told once. */
  wrote({ name, write }: Stage, { at, versions, written, source, objects }: WriteEvidence): void {
    const { roots, chain, signer } = write;
    const told: EvidenceWrite = {
      ...{ stage: name, at, versions, written },
      ...(source === undefined ? {} : { source }),
      ...(objects === undefined ? {} : { objects }),
      ...(roots === undefined ? {} : { roots }),
      ...(chain === undefined ? {} : { chain }),
      ...(signer === undefined ? {} : { signer }),
    };
    const others = this.#writes.filter((one) => JSON.stringify(one) !== JSON.stringify(told));
    this.#writes = [...others, told].slice(-most);
  }

  proved(proof: EvidenceProof): void {
    this.#proofs.delete(keyOf(proof));
    this.#proofs.set(keyOf(proof), proof);
  }

  stopped(clusters: readonly string[], { code, message, at }: Stopped): void {
    this.#stops = [...this.#stops, { clusters, code, message, at }].slice(-most);
  }

  /** @param cluster undefined for all of them */
  resumed(cluster: string | undefined, at: string): void {
    this.#stops = this.#stops.map((stop) =>
      stop.resumedAt === undefined && (cluster === undefined || stop.clusters.includes(cluster))
        ? { ...stop, resumedAt: at }
        : stop,
    );
  }

  /** One stop of the cluster is over, and what had stopped it before is not. */
  recovered(cluster: string, { code, at }: Pick<Stopped, 'code' | 'at'>, resumedAt: string): void {
    this.#stops = this.#stops.map((stop) =>
      stop.code === code && stop.at === at && stop.clusters.includes(cluster) ? { ...stop, resumedAt } : stop,
    );
  }

  carry(): CarriedEvidence {
    const proofs = [...this.#proofs.values()];
    return { startedAt: this.#startedAt, writes: this.#writes, proofs, stops: this.#stops };
  }

  document(
    { phase, step }: Pick<UnitInput, 'phase' | 'step'>,
    workflow: string,
    endedAt: string,
  ): EvidenceInput {
    const { unit, controlPlanes, clusters, from, to } = step;
    return {
      ...{ kind: 'unit', workflow, phase, unit, controlPlanes, clusters, before: from, after: to },
      ...{ ...this.carry(), endedAt },
    };
  }
}

function keyOf(proof: EvidenceProof): string {
  return [proof.stage, proof.proof, 'cluster' in proof ? proof.cluster : ''].join(' ');
}

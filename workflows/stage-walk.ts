import { condition } from '@temporalio/workflow';
import { type LoadEvidence, type WriteEvidence } from '../activities/contract.ts';
import { type UnitInput } from '../rotation/messages.ts';
import { type Proof, type Stage } from '../rotation/plan.ts';
import { type Awaiting } from '../rotation/progress.ts';
import { demandInvariants, demandRotation } from './guard.ts';
import { proofSteps } from './proofs.ts';
import { type Relay } from './relay.ts';
import { now, type StageContext } from './stage-context.ts';
import { stageLoad, type StageLoad } from './stage-load.ts';
import { type Standstill } from './standstill.ts';
import { stopReason } from './stop-reason.ts';
import { type UnitRun } from './unit-run.ts';
import { writeStage, writtenLine } from './write-stage.ts';

/** How far a stage is: what its next run begins with. Undefined where its write is still to come. */
export interface CarriedStage {
  readonly written: WriteEvidence;
  /** Of each cluster, what is proven. */
  readonly proven: Readonly<Record<string, readonly Proof[]>>;
  readonly standstills: Readonly<Record<string, Standstill>>;
  readonly repeats: Readonly<Record<string, number>>;
  readonly loads: Readonly<Record<string, StageLoad>>;
}

interface Parts {
  readonly input: UnitInput;
  readonly stage: Stage;
  readonly run: UnitRun;
  readonly relay: Relay;
}

/**
 * One stage of a unit: its ground, which is the write and what is proven of the unit as a whole, and then what is
 * proven of each cluster. After a stop the stage begins anew with its ground, as both may be repeated at will: what
 * a person did meanwhile, or somebody else wrote, may have taken it away.
 */
export class StageWalk {
  readonly #parts: Parts;
  readonly #proven: Map<string, readonly Proof[]>;
  readonly #standstills: Map<string, Standstill>;
  readonly #repeats: Map<string, number>;
  readonly #loads: Map<string, StageLoad>;
  #written: WriteEvidence | undefined;
  /** The ground that is being laid, and for whom. */
  #laying: Promise<void> | undefined;
  readonly #waiting = new Set<string>();

  constructor(parts: Parts, carried?: CarriedStage) {
    this.#parts = parts;
    this.#written = carried?.written;
    this.#proven = new Map(Object.entries(carried?.proven ?? {}));
    this.#standstills = new Map(Object.entries(carried?.standstills ?? {}));
    this.#repeats = new Map(Object.entries(carried?.repeats ?? {}));
    this.#loads = new Map(Object.entries(carried?.loads ?? {}));
  }

  /** True when all is proven; false where a new run of the workflow is to go on. */
  async walk(): Promise<boolean> {
    const { clusters } = this.#parts.run;
    while (this.#written === undefined) await this.#firstGround(clusters);
    const proven = await Promise.all(clusters.map((cluster) => this.#walkCluster(cluster)));
    return proven.every(Boolean);
  }

  carry(): CarriedStage | undefined {
    return (
      this.#written && {
        written: this.#written,
        proven: Object.fromEntries(this.#proven),
        standstills: Object.fromEntries(this.#standstills),
        repeats: Object.fromEntries(this.#repeats),
        loads: Object.fromEntries(this.#loads),
      }
    );
  }

  async #firstGround(clusters: readonly string[]): Promise<void> {
    const { run } = this.#parts;
    try {
      await this.#layGround(clusters);
    } catch (error) {
      this.#stop(clusters, error);
      await condition(() => clusters.some((cluster) => run.mayGoOn(cluster)));
    }
  }

  async #walkCluster(cluster: string): Promise<boolean> {
    const { run, relay } = this.#parts;
    for (;;) {
      try {
        if (run.isStopped(cluster)) {
          await condition(() => run.mayGoOn(cluster) || relay.due);
          if (!run.mayGoOn(cluster)) return false;
          await this.#beginAnew(cluster);
        }
        return await this.#proveCluster(cluster);
      } catch (error) {
        this.#stop([cluster], error);
      }
    }
  }

  /** Throws what no `retry` can mend. */
  #stop(clusters: readonly string[], error: unknown): void {
    const stopped = stopReason(error, now());
    if (stopped === undefined || stopped.code === 'ROTATION_ENDED') throw error;
    this.#parts.run.stop(clusters, stopped);
  }

  async #beginAnew(cluster: string): Promise<void> {
    this.#repeats.set(cluster, (this.#repeats.get(cluster) ?? 0) + 1);
    this.#proven.delete(cluster);
    this.#standstills.delete(cluster);
    await this.#layGround([cluster]);
  }

  /** Clusters that begin anew at the same time share one ground: no two writes are under way at a time. */
  async #layGround(clusters: readonly string[]): Promise<void> {
    for (const cluster of clusters) this.#waiting.add(cluster);
    if (this.#laying === undefined) {
      this.#laying = this.#lay().finally(() => {
        this.#laying = undefined;
        this.#waiting.clear();
      });
    } else this.#begin('write', clusters);
    await this.#laying;
  }

  async #lay(): Promise<void> {
    const { input, stage, run } = this.#parts;
    this.#begin('write', this.#waiting);
    await demandRotation(input);
    await demandInvariants(input, stage);
    const written = await writeStage(input, stage);
    run.wrote(written.written.length);
    run.prove([...this.#waiting], `${stage.name}: ${writtenLine(written)}`);
    for (const proof of this.#proofs('unit')) {
      const { prove, awaiting } = proofSteps[proof];
      this.#begin(proof, this.#waiting, awaiting(input.limits));
      const line = await prove(this.#context(written), input.step.unit);
      run.prove([...this.#waiting], `${stage.name}: ${line ?? proof}`);
    }
    this.#written = written;
  }

  async #proveCluster(cluster: string): Promise<boolean> {
    const { input, stage, run } = this.#parts;
    if (this.#written === undefined) return false;
    for (const proof of this.#proofs('cluster')) {
      const proven = this.#proven.get(cluster) ?? [];
      if (proven.includes(proof)) continue;
      const { prove, awaiting } = proofSteps[proof];
      this.#begin(proof, [cluster], awaiting(input.limits));
      const line = await prove(this.#context(this.#written), cluster);
      if (line === undefined) return false;
      run.prove([cluster], `${stage.name}: ${line}`);
      this.#proven.set(cluster, [...proven, proof]);
    }
    return true;
  }

  #proofs(scope: 'unit' | 'cluster'): readonly Proof[] {
    return this.#parts.stage.proofs.filter((proof) => proofSteps[proof].scope === scope);
  }

  #begin(doing: string, clusters: Iterable<string>, awaiting?: Awaiting): void {
    const { run, stage } = this.#parts;
    run.begin([...clusters], `${stage.name}: ${doing}`, awaiting, now());
  }

  #context(written: WriteEvidence): StageContext {
    return {
      ...{ ...this.#parts, written, standstills: this.#standstills, repeats: this.#repeats },
      loads: this.#loads,
      loaded: (evidence) => this.#loaded(evidence, written),
    };
  }

  #loaded(evidence: LoadEvidence, written: WriteEvidence): void {
    for (const cluster of this.#waiting) {
      this.#loads.set(cluster, stageLoad(this.#loads.get(cluster), evidence, written));
    }
  }
}

import { condition } from '@temporalio/workflow';
import type { LoadEvidence, WriteEvidence } from '../activities/contract.ts';
import type { UnitInput } from '../rotation/messages.ts';
import type { Proof, Stage } from '../rotation/plan.ts';
import type { Awaiting } from '../rotation/progress.ts';
import { alongside } from './alongside.ts';
import type { At, CarriedStage } from './carried-stage.ts';
import { demandInvariants, demandRotation } from './guard.ts';
import { servedBy } from './known-of-unit.ts';
import { proofSteps } from './proofs.ts';
import type { Relay } from './relay.ts';
import { now, type StageContext } from './stage-context.ts';
import { stageLoad, type StageLoad } from './stage-load.ts';
import type { Standstill } from './standstill.ts';
import { knownAt, standStill } from './stand-still.ts';
import { stopReason } from './stop-reason.ts';
import type { UnitRun } from './unit-run.ts';
import { watchUnit } from './watch-unit.ts';
import { writeGuarded, writtenLine } from './write-stage.ts';

interface Parts {
  readonly input: UnitInput;
  readonly stage: Stage;
  readonly run: UnitRun;
  readonly relay: Relay;
}

/**
 * One stage of a unit: its ground, which is the write and what is proven of the unit as a whole, and then what is
 * proven of each cluster. After a stop the stage begins anew with its ground, as both may be repeated at will: what
 * a person did meanwhile, or somebody else wrote, may have taken it away. While clusters wait the ground is looked at
 * again and again: where it does not hold they stop, and they begin anew when it does.
 */
export class StageWalk {
  readonly #parts: Parts;
  readonly #proven: Map<string, readonly Proof[]>;
  readonly #standstills: Map<string, Standstill>;
  readonly #repeats: Map<string, number>;
  readonly #loads: Map<string, StageLoad>;
  #written: WriteEvidence | undefined;
  /** What is proven of the unit since its last write; undefined where that is to come, or to be repeated. */
  #grounded: readonly Proof[] | undefined;
  /** What was proven of it when the ground began anew; undefined where the write never was. */
  #stood: readonly Proof[] | undefined;
  /** The ground that is being laid, and for whom. */
  #laying: Promise<void> | undefined;
  readonly #waiting = new Set<string>();
  /** Counts the grounds begun and ended: a look that one came in between tells nothing. */
  #grounds = 0;
  /** Clusters that have not ended the stage. */
  readonly #open = new Set<string>();

  /** An istiod may have signed otherwise meanwhile: time proves from the next load on, in stopped clusters as well. */
  readonly #onWrong = () => {
    this.#loads.clear();
  };

  constructor(parts: Parts, { at: carried, stood }: Pick<At, 'at' | 'stood'>) {
    this.#parts = parts;
    this.#stood = stood;
    this.#written = carried?.written;
    this.#grounded = carried?.grounded;
    this.#proven = new Map(Object.entries(carried?.proven ?? {}));
    this.#standstills = new Map(Object.entries(carried?.standstills ?? {}));
    this.#repeats = new Map(Object.entries(carried?.repeats ?? {}));
    this.#loads = new Map(Object.entries(carried?.loads ?? {}));
  }

  /** True when all is proven; false where it came to rest before. */
  async walk(): Promise<boolean> {
    const { run, relay } = this.#parts;
    const { clusters } = run;
    while (!this.#isGround) {
      if (relay.due) return false;
      await this.#firstGround(clusters);
    }
    const walks = await alongside([() => this.#watch()], () =>
      Promise.allSettled(clusters.map((cluster) => this.#walkCluster(cluster))),
    );
    for (const walk of walks) if (walk.status === 'rejected') throw walk.reason;
    return walks.every((walk) => walk.status === 'fulfilled' && walk.value);
  }

  /** What is proven of the unit, or was before it began anew; undefined where the write is still to come. */
  get stood(): readonly Proof[] | undefined {
    return this.#grounded ?? this.#stood;
  }

  carry(): CarriedStage | undefined {
    if (this.#written === undefined || this.#grounded === undefined) return undefined;
    return {
      written: this.#written,
      grounded: this.#grounded,
      proven: Object.fromEntries(this.#proven),
      standstills: Object.fromEntries(this.#standstills),
      repeats: Object.fromEntries(this.#repeats),
      loads: Object.fromEntries(this.#loads),
    };
  }

  get #isGround(): boolean {
    return (
      this.#grounded !== undefined &&
      this.#proofs('unit').every((proof) => this.#grounded?.includes(proof) === true)
    );
  }

  async #firstGround(clusters: readonly string[]): Promise<void> {
    const { input, stage, run, relay } = this.#parts;
    const able = () => clusters.filter((cluster) => !run.isStopped(cluster) || run.mayGoOn(cluster));
    if (able().length === 0) {
      const at = { stage: input.step.stages.indexOf(stage), at: undefined, stood: this.stood };
      const known = knownAt(input, run, at);
      const until = () => able().length > 0 || relay.due;
      await standStill({ input, run, known }, until, this.#onWrong);
    }
    if (able().length === 0) return;
    try {
      await this.#layGround(able());
    } catch (error) {
      this.#dropGround();
      this.#stop(clusters, error);
    }
  }

  #dropGround(): void {
    this.#stood = this.stood;
    this.#grounded = undefined;
  }

  async #walkCluster(cluster: string): Promise<boolean> {
    const { run, relay } = this.#parts;
    this.#open.add(cluster);
    for (;;) {
      try {
        if (run.isStopped(cluster)) {
          await condition(() => run.mayGoOn(cluster) || relay.due);
          if (!run.mayGoOn(cluster)) return false;
          await this.#beginAnew(cluster);
          if (!this.#isGround) return false;
        }
        const proven = await this.#proveCluster(cluster);
        // Stopped by a look meanwhile: what it was waiting for counts for nothing.
        if (run.isStopped(cluster)) continue;
        this.#open.delete(cluster);
        return proven;
      } catch (error) {
        this.#stop(run.isStopped(cluster) ? [] : [cluster], error);
      }
    }
  }

  /** From the load on, of clusters that wait for their proxies, or stand still. */
  async #watch(): Promise<void> {
    const { input, stage, run } = this.#parts;
    if (!stage.proofs.includes('loaded')) return;
    const { unit, controlPlanes } = input.step;
    await watchUnit({
      ...{ input, run, known: { unit, controlPlanes, ...servedBy(stage) } },
      clusters: () => [...this.#open],
      proof: () => (this.#laying === undefined ? this.#grounds : undefined),
      onWrong: this.#onWrong,
    });
  }

  /** Throws what no `retry` can mend. */
  #stop(clusters: readonly string[], error: unknown): void {
    const stopped = stopReason(error, now());
    if (stopped === undefined || stopped.code === 'ROTATION_ENDED') throw error;
    if (clusters.length > 0) this.#parts.run.stop(clusters, stopped);
  }

  async #beginAnew(cluster: string): Promise<void> {
    this.#repeats.set(cluster, (this.#repeats.get(cluster) ?? 0) + 1);
    this.#proven.delete(cluster);
    this.#standstills.delete(cluster);
    if (this.#laying === undefined) this.#dropGround();
    await this.#layGround([cluster]);
  }

  /** Clusters that begin anew at the same time share one ground: no two writes are under way at a time. */
  async #layGround(clusters: readonly string[]): Promise<void> {
    for (const cluster of clusters) this.#waiting.add(cluster);
    if (this.#laying === undefined) {
      this.#laying = this.#lay().finally(() => {
        this.#laying = undefined;
        this.#grounds += 1;
        this.#waiting.clear();
      });
    } else this.#begin('write', clusters);
    await this.#laying;
  }

  async #lay(): Promise<void> {
    const { input, stage, run, relay } = this.#parts;
    this.#grounds += 1;
    const written = this.#grounded === undefined ? await this.#write() : this.#written;
    if (written === undefined) return;
    for (const proof of this.#proofs('unit')) {
      if (this.#grounded?.includes(proof) === true) continue;
      if (relay.due && !this.#mustLoad) return;
      const { prove, awaiting } = proofSteps[proof];
      this.#begin(proof, this.#waiting, awaiting(input.limits));
      const line = await prove(this.#context(written), input.step.unit);
      run.prove([...this.#waiting], `${stage.name}: ${line ?? proof}`);
      this.#grounded = [...(this.#grounded ?? []), proof];
    }
  }

  /** What was written is proven to be loaded before the unit rests, for then it can be watched; not where it leaves. */
  get #mustLoad(): boolean {
    const { run, stage } = this.#parts;
    return run.hold !== 'leave' && stage.proofs.includes('loaded') && !this.stood?.includes('loaded');
  }

  async #write(): Promise<WriteEvidence> {
    const { input, stage, run } = this.#parts;
    this.#begin('write', this.#waiting);
    await demandRotation(input);
    await demandInvariants(input, stage);
    const written = await writeGuarded(input, stage, run);
    run.wrote(stage.name, written.written.length);
    run.evidence.wrote(stage, written);
    run.prove([...this.#waiting], `${stage.name}: ${writtenLine(written)}`);
    this.#written = written;
    this.#grounded = [];
    return written;
  }

  async #proveCluster(cluster: string): Promise<boolean> {
    const { input, stage, run, relay } = this.#parts;
    if (this.#written === undefined) return false;
    for (const proof of this.#proofs('cluster')) {
      const proven = this.#proven.get(cluster) ?? [];
      if (proven.includes(proof)) continue;
      if (relay.due) return false;
      const { prove, awaiting } = proofSteps[proof];
      this.#begin(proof, [cluster], awaiting(input.limits));
      const line = await prove(this.#context(this.#written), cluster);
      if (line === undefined || run.isStopped(cluster)) return false;
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

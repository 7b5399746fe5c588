import { compact, expand, type CompactRotation } from '../rotation/carry.ts';
import {
  abortRotation,
  commandRotation,
  completeRotation,
  endPhase,
  failRotation,
  phaseDone,
  phaseOf,
  resumeRotation,
  startPhase,
  startProgress,
  stopRotation,
} from '../rotation/course.ts';
import type { Hold, RetryRequest, RotationInput, UnitReport } from '../rotation/messages.ts';
import type { Phase, PhaseName, UnitStep } from '../rotation/plan.ts';
import type { ClusterStep, CommandGiven, RotationProgress, Stopped } from '../rotation/progress.ts';
import { applyReport, forgetUnit, recoverUnit, regressUnit, stoppedClusters } from '../rotation/reports.ts';
import type { Standing } from '../rotation/standing.ts';
import type { Wanted } from '../rotation/wanted.ts';
import { wantedOfUnits } from '../rotation/wanted-of-units.ts';
import { AppliedCommands } from './applied-commands.ts';
import { RotationEvidence } from './rotation-evidence.ts';
import { changesSigner, firstSigner } from './first-signer.ts';
import { IssuedCas } from './issued-cas.ts';
import type { Ground } from './unit-children.ts';

/** The state of a rotation: plain, changed by the workflow and its handlers, carried over continue-as-new. */
export class RotationRun {
  progress: RotationProgress;
  /** What is to be kept of the rotation. */
  readonly evidence: RotationEvidence;
  /** What the phase under way was planned from; undefined before the first plan. */
  ground: Ground | undefined;
  /** What the mesh was found in; undefined before the first plan. */
  origin: Wanted | undefined;
  /** True while the mesh is looked at: a pause waits for the end of that. */
  looking = false;
  /** When the whole mesh was last looked at, ISO 8601. */
  lookedAt: string | undefined;
  /** How often in a row a phase was needed again after its end. */
  again: number;
  #ended: Phase | undefined;
  #phase: Phase | undefined;
  readonly #continueEvery: number;
  #started: Set<string>;
  /** Which of all children so far is a unit's own; one that is still being started has none. */
  readonly #children = new Map<string, number>();
  #begun = 0;
  /** True once a leaf by a new signer of the phase was accepted across clusters. */
  #accepted: boolean;
  /** Units that are done, or wait for their turn, and are no longer as they were proven. */
  readonly #regressed: Set<string>;
  /** True where a look at the units that are done is wanted at once. */
  lookWanted: boolean;
  readonly applied: AppliedCommands;
  readonly cas: IssuedCas;
  #counted = 0;

  constructor({ fleet, mesh, rotationId, ca, continueEvery, carried: packed }: RotationInput, at: string) {
    const carried = packed === undefined ? undefined : expand(packed);
    this.progress = carried?.progress ?? startProgress({ id: rotationId, fleet, mesh, ca, at });
    this.evidence = new RotationEvidence(carried?.evidence);
    this.cas = new IssuedCas(carried);
    const { shape, wanted } = carried ?? {};
    this.ground = shape && wanted && { shape, wanted };
    this.origin = carried?.origin;
    this.lookedAt = carried?.lookedAt;
    this.again = carried?.again ?? 0;
    this.#phase = carried?.ended === undefined ? carried?.phases[0] : undefined;
    this.#ended = carried?.ended === undefined ? undefined : carried.phases[0];
    this.#started = new Set(carried?.started);
    for (const unit of this.#started) this.begun(unit);
    this.#accepted = carried?.accepted ?? false;
    this.#regressed = new Set(carried?.regressed);
    this.lookWanted = this.isAnyRegressed;
    this.applied = new AppliedCommands(carried?.appliedMessages);
    this.#continueEvery = continueEvery ?? Infinity;
  }

  /** The phase under way. */
  get phase(): Phase | undefined {
    return this.#phase;
  }

  /** The phase that has ended, while its barrier is not passed. */
  get ended(): Phase | undefined {
    return this.#ended;
  }

  /** The phase that what is proven now belongs to, while it lasts and until its barrier is passed. */
  get standsOn(): Phase | undefined {
    return this.#phase ?? this.#ended;
  }

  /** True when so much has been counted in this run that the next should be a new one. */
  get longEnough(): boolean {
    return this.#counted >= this.#continueEvery;
  }

  /** A unit has ended, the rotation was told to go on, or units were looked at. */
  count(): void {
    this.#counted += 1;
  }

  get phaseDone(): boolean {
    return this.#phase !== undefined && phaseDone(this.progress, this.#phase.name);
  }

  /** What holds the units, by the command in force. */
  get hold(): Hold | undefined {
    const name = this.progress.command?.name;
    return name === undefined ? undefined : name === 'pause' ? 'pause' : 'leave';
  }

  /** Cuts off what the rotation is about where a command ends it; set while it is about anything. */
  cutOff: (() => void) | undefined;

  give(command: CommandGiven | undefined): void {
    this.progress = commandRotation(this.progress, command);
    if (this.hold === 'leave') this.cutOff?.();
  }

  /** Units of the phase that have a workflow, ended or not. */
  begunUnits(): readonly UnitStep[] {
    return (this.standsOn?.units ?? []).filter(({ unit }) => this.#started.has(unit));
  }

  stepsOf({ clusters }: UnitStep): readonly ClusterStep[] {
    const phase = this.standsOn && phaseOf(this.progress, this.standsOn.name);
    return phase?.clusters.filter(({ cluster }) => clusters.includes(cluster)) ?? [];
  }

  abort(standing: Standing | undefined, at: string): void {
    this.progress = abortRotation(this.progress, standing, at);
  }

  enter(phase: Phase, at: string): void {
    this.forgetLooks(at);
    this.#phase = phase;
    this.evidence.entered();
    this.#ended = undefined;
    this.#started = new Set();
    this.#children.clear();
    this.#accepted = false;
    this.progress = startPhase(this.progress, phase.name, at);
  }

  leave(at: string): void {
    if (this.#phase === undefined) return;
    this.progress = endPhase(this.progress, this.#phase.name, at);
    this.evidence.left();
    this.#ended = this.#phase;
    this.#phase = undefined;
  }

  complete(at: string): void {
    this.progress = completeRotation(this.progress, at);
  }

  fail(stopped: Stopped): void {
    this.progress = failRotation(this.progress, stopped);
  }

  stop(stopped: Stopped): void {
    this.evidence.stopped(stopped);
    this.progress = stopRotation(this.progress, stopped);
  }

  /** After a stop as a whole, where there is one; what waits for certificates is looked at again. */
  goOn(at: string): void {
    if (this.cas.waits > 0) this.cas.lookAgain();
    if (this.progress.stopped === undefined) return;
    this.evidence.resumed(at);
    this.count();
    this.progress = resumeRotation(this.progress);
  }

  /** The next units that may start; a stopped one gives its place in the wave to another. */
  startable(width: number): readonly UnitStep[] {
    const able = (step: UnitStep) => this.#started.has(step.unit) || !this.isRegressed(step);
    const waiting = this.hold === undefined ? (this.rest()?.units.filter(able) ?? []) : [];
    if (waiting.length === 0) return [];
    const first = this.#accepted
      ? undefined
      : firstSigner(this.#phase?.units.filter(able) ?? [], (step) => this.stepsOf(step), this.#started);
    const units =
      first === undefined ? waiting : waiting.filter((step) => step === first || !changesSigner(step));
    return units.slice(0, Math.max(0, width - this.running().length));
  }

  /** The phase under way, of its units those that have not begun. */
  rest(): Phase | undefined {
    const units = this.#phase?.units.filter(({ unit }) => !this.#started.has(unit)) ?? [];
    return this.#phase && { ...this.#phase, units };
  }

  started(unit: string): void {
    this.#started.add(unit);
  }

  /** The unit's child is there: from now on it may be asked after. */
  begun(unit: string): void {
    this.#children.set(unit, (this.#begun += 1));
  }

  /** The number of the unit's child, another for each; undefined while the unit has none that may be asked after. */
  childOf(unit: string): number | undefined {
    return this.#children.get(unit);
  }

  /** Units with a child of which more is to come. */
  running(): readonly UnitStep[] {
    return this.begunUnits().filter((step) => this.unitState(step) === 'running');
  }

  get isAnyRegressed(): boolean {
    return this.#regressed.size > 0;
  }

  /** The whole mesh is read afresh: what a look at some units has seen is no longer news. */
  forgetLooks(at: string): void {
    for (const step of this.standsOn?.units ?? []) this.saw(step, undefined, at);
  }

  isRegressed({ unit }: Pick<UnitStep, 'unit'>): boolean {
    return this.#regressed.has(unit);
  }

  /** @param stopped undefined where the unit is as it was proven, again or still */
  saw({ unit, clusters }: UnitStep, stopped: Stopped | undefined, at: string): void {
    const name = this.standsOn?.name;
    if (name === undefined) return;
    if (stopped !== undefined) {
      if (!this.#regressed.has(unit)) this.evidence.stopped(stopped, clusters);
      this.#regressed.add(unit);
      // No unit follows before the mesh as it is now was asked.
      this.lookedAt = undefined;
      this.progress = regressUnit(this.progress, name, clusters, stopped);
    } else if (this.#regressed.delete(unit)) {
      this.evidence.resumed(at, clusters);
      const state = this.#started.has(unit) ? 'done' : 'waiting';
      this.progress = recoverUnit(this.progress, name, clusters, state);
    }
  }

  unitState(step: UnitStep): ClusterStep['state'] {
    const open = this.stepsOf(step).filter(({ state }) => state !== 'done');
    if (open.length === 0) return 'done';
    return open.every(({ state }) => state === 'stopped') ? 'stopped' : 'running';
  }

  hear(report: UnitReport): void {
    const unit = this.#phase?.units.find((step) => step.unit === report.unit);
    const before = unit && this.unitState(unit);
    this.progress = applyReport(this.progress, report);
    if (report.accepted === true && report.phase === this.#phase?.name) this.#accepted = true;
    if (unit && before !== 'done' && this.unitState(unit) === 'done') this.count();
  }

  /** The unit's child is no more: another is to take its step over. */
  restart(phase: PhaseName, unit: string): void {
    const step = this.#phase?.units.find((each) => each.unit === unit);
    this.#started.delete(unit);
    this.#children.delete(unit);
    if (step !== undefined) this.progress = forgetUnit(this.progress, phase, step);
  }

  /** Units of the phase with a stopped cluster that the request speaks of. */
  stoppedUnits(request: RetryRequest): readonly UnitStep[] {
    const named = new Set(stoppedClusters(this.progress, request).map(({ step }) => step.cluster));
    return (this.standsOn?.units ?? []).filter(({ clusters }) =>
      clusters.some((cluster) => named.has(cluster)),
    );
  }

  carry(): CompactRotation {
    const units = this.#phase?.units ?? [];
    const open = units.filter((unit) => this.unitState(unit) !== 'done').map(({ unit }) => unit);
    const { shape, wanted } = this.ground ?? {};
    return compact({
      ...this.cas.carry(),
      ...(shape && wanted ? { shape, wanted: wantedOfUnits(wanted, open) } : {}),
      ...(this.origin === undefined ? {} : { origin: this.origin }),
      ...(this.#ended === undefined ? {} : { ended: this.#ended.name }),
      ...(this.lookedAt === undefined ? {} : { lookedAt: this.lookedAt }),
      again: this.again,
      phases: [this.standsOn ?? []].flat(),
      progress: this.progress,
      started: [...this.#started],
      ...(this.#accepted ? { accepted: true } : {}),
      ...(this.#regressed.size === 0 ? {} : { regressed: [...this.#regressed] }),
      appliedMessages: this.applied.carry(),
      evidence: this.evidence.carry(),
    });
  }
}

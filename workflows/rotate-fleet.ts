import { condition, workflowInfo } from '@temporalio/workflow';
import { restRotation, withPinned } from '../rotation/course.ts';
import { doubtsByCluster, provenAnew } from '../rotation/doubts.ts';
import { memoOf, type RotationMemo } from '../rotation/memo.ts';
import type { RotationInput } from '../rotation/messages.ts';
import type { RotationState } from '../rotation/progress.ts';
import { relianceOf } from '../rotation/reliance.ts';
import { withNewPlan } from '../rotation/replan.ts';
import { awaitingCertificates } from '../rotation/requests.ts';
import { turnedBack } from '../rotation/turn-back.ts';
import { rolledBackBy } from '../rotation/wanted.ts';
import { alongside } from './alongside.ts';
import { Announcer } from './announce.ts';
import { listen } from './commands.ts';
import { disposeIfAble, disposeStaged, stagedBy, tellKeysLeft } from './dispose-staged.ts';
import { demandAllowed, firstLook, notePlan } from './first-plan.ts';
import { forbidden } from './forbidden.ts';
import { goOnInNewRun } from './next-run.ts';
import { type View, viewMesh } from './observe-mesh.ts';
import { watchSilence } from './reconcile.ts';
import { unlessCutOff } from './cut-off.ts';
import { lastAnswers } from './last-answers.ts';
import { bringToRest, isAtRest, looking } from './rest.ts';
import { RotationRun } from './rotation-run.ts';
import { lookBetween } from './look-between.ts';
import { type Leader, obtainCas } from './obtain-cas.ts';
import { issuedCaOf } from './staged-cas.ts';
import { listenForCertificates } from './submissions.ts';
import { watchProven } from './watch-proven.ts';
import { now } from './stage-context.ts';
import { storeEvidence, storeIfAble } from './store-evidence.ts';
import { standingNow } from './standing-now.ts';
import { failWith, stopReason } from './stop-reason.ts';
import { hold, startUnit } from './unit-children.ts';
import { needsLook, standingAgainstWave } from './wave-guard.ts';

/**
 * Rotates the CA of a mesh: observes, plans, and leads every write unit through each phase. No unit starts a
 * phase before all have ended the one before; at this barrier the mesh is observed and planned afresh. What
 * only a person can mend stops the unit, or the rotation, until the update `retry`. Its result is its memo.
 */
export async function rotateFleet(input: RotationInput): Promise<RotationMemo> {
  const rotation = new Rotation(input);
  listen(input, rotation.run, () => rotation.show());
  listenForCertificates(input, rotation.run, () => rotation.show());
  await rotation.lead();
  await lastAnswers(rotation.run.applied);
  return memoOf(rotation.run.progress, now());
}

type Store = typeof storeEvidence | typeof storeIfAble;

class Rotation {
  readonly run: RotationRun;
  readonly #input: RotationInput;
  readonly #announcer: Announcer;
  readonly #leader: Leader = {
    attempt: (attempt) => this.#attempt(attempt),
    show: () => this.show(),
    isFull: () => this.#full,
    handOver: () => this.#handOver(),
  };
  readonly #silence = () => watchSilence(this.#input, this.run);

  constructor(input: RotationInput) {
    this.#input = input;
    this.run = new RotationRun(input, now());
    this.#announcer = new Announcer(input);
  }

  async lead(): Promise<void> {
    const isCut = () => this.run.hold === 'leave';
    if (!isCut()) await unlessCutOff(this.run, isCut, () => this.#goThrough());
    if (this.run.hold === 'leave') await this.#leave();
    if (this.run.hold !== 'leave' || this.run.progress.disposing) this.run.complete(now());
    this.show();
  }

  async #goThrough(): Promise<void> {
    // A phase goes on with the shape that it began with: a cluster that is away must not be in the others' way.
    const { run } = this;
    if (run.ended !== undefined && !run.progress.disposing) await this.#watched(() => this.#next());
    else if (run.phase === undefined && !run.progress.disposing) await this.#begin();
    while (run.phase !== undefined) {
      await this.#watched(async () => {
        await this.#walk();
        await this.#next();
      });
    }
    if (this.#isWayBack) {
      tellKeysLeft(run, await disposeIfAble(this.#input, run.ground?.shape));
      await this.#attempt(() => this.#storeEnd('rolledBack', storeIfAble), 'enough');
      return;
    }
    tellKeysLeft(run, []);
    // What was read last fills the run of a large mesh, and the next would read it again: there is room for this.
    if (!run.progress.disposing) await this.#attempt(() => this.#storeEnd('completed'), 'enough');
    if (stagedBy(this.#input) === undefined) return;
    // From here on the mesh is not read again, since a part of what that would take is gone.
    run.progress = { ...run.progress, disposing: true };
    await this.#attempt(() => disposeStaged(this.#input, run.ground?.shape), 'enough');
  }

  /** Brings every unit to rest for ever, and says where that leaves the mesh, unless its end is kept already. */
  async #leave(): Promise<void> {
    const { run } = this;
    await alongside([this.#silence], () => bringToRest(this.#input, run, () => this.#full));
    if (this.#full) await this.#handOver();
    run.cas.leave();
    this.show();
    // A certificate that comes late would stay where nobody disposes of it any more.
    await lastAnswers(run.applied);
    // An abort may have taken the rollback's place until here, and does so no more. Nothing keeps the way back waiting.
    if (run.progress.command?.name === 'rollback')
      await goOnInNewRun(turnedBack(this.#input, run.carry(), now()), run.progress);
    tellKeysLeft(run, await disposeIfAble(this.#input, run.ground?.shape ?? run.cas.shape));
    if (run.progress.disposing) return;
    const standing = await standingNow(this.#input, run);
    await this.#storeEnd('aborted', storeIfAble);
    run.abort(standing, now());
  }

  async #storeEnd(state: RotationState, store: Store = storeEvidence): Promise<void> {
    const { run } = this;
    if (run.evidence.phases > 0) await store(this.#input, run.evidence.end(run.progress, state, now()));
  }

  /** On its way back a rotation is kept by nothing but the mesh. */
  get #store(): Store {
    return this.#isWayBack ? storeIfAble : storeEvidence;
  }

  get #isWayBack(): boolean {
    return rolledBackBy(this.#input.ca) !== undefined;
  }

  /** The first plan: one that is forbidden ends the rotation, or stops it, before anything was written. */
  async #begin(): Promise<void> {
    const { run } = this;
    const ca = issuedCaOf(this.#input.ca);
    const show = () => this.show();
    if (ca !== undefined && !run.cas.planned) {
      // Nobody is asked for certificates that could be put to no use.
      const beforehand = () => viewMesh(this.#input, undefined, 'to be issued');
      const planned = await this.#attempt(beforehand);
      demandAllowed(this.#input, run, planned, show);
      run.cas.sawLeaves(planned.leafLives);
      run.cas.planned = true;
    }
    // In one attempt: what was read of a large mesh fills a run, and the next would read it again.
    const view = await this.#viewed(() => firstLook(this.#input, run, this.#store));
    demandAllowed(this.#input, run, view, show);
    notePlan(run, view);
    this.#enter(view);
  }

  /** A phase is watched until its barrier is passed. */
  async #watched(walk: () => Promise<void>): Promise<void> {
    const proven = () => watchProven(this.#input, this.run, () => this.show());
    await alongside([this.#silence, proven], walk);
  }

  /** Leads the units through the phase, in waves; returns when all have ended it. */
  async #walk(): Promise<void> {
    const { run } = this;
    do {
      await this.#walkUnits();
      // Without its evidence no phase counts as proven. What was proven may be undone until that is stored.
      await this.#attempt(() => this.#storePhase());
    } while (!run.phaseDone);
    run.leave(now());
    this.show();
  }

  async #walkUnits(): Promise<void> {
    const { run } = this;
    const width = this.#input.policy.waveWidth;
    // No barrier is looked at while a pause lasts.
    const isOver = () => run.phaseDone && run.hold !== 'pause';
    while (!isOver()) {
      await this.#attempt(() => this.#lookBeforeWave(width));
      await this.#startWave(width);
      this.show();
      if (this.#full) await this.#handOver();
      await condition(() => isOver() || this.#full || run.startable(width).length > 0);
    }
  }

  async #storePhase(): Promise<void> {
    const { phase, evidence, progress } = this.run;
    if (phase !== undefined) await this.#store(this.#input, evidence.phase(phase, progress, now()));
  }

  async #startWave(width: number): Promise<void> {
    const { phase, ground } = this.run;
    if (phase === undefined || ground === undefined) return;
    const wave = this.run.startable(width);
    const reliance = relianceOf(this.run.progress);
    for (const { unit } of wave) this.run.started(unit);
    await Promise.all(
      wave.map(async (step) => {
        const doubts = doubtsByCluster(this.run.stepsOf(step));
        await startUnit(this.#input, { ...ground, reliance, doubts }, phase.name, step);
        this.run.begun(step.unit);
        // A command that came meanwhile has not reached it.
        if (this.run.hold !== undefined) await hold(this.#input, phase.name, step.unit, this.run.hold);
      }),
    );
  }

  /** Units may wait for days until it is their turn: what the barrier saw is no longer news then. */
  async #lookBeforeWave(width: number): Promise<void> {
    const { run } = this;
    const { ground } = run;
    const rest = run.rest();
    if (rest === undefined || ground === undefined || run.startable(width).length === 0) return;
    if (!needsLook(rest, run.lookedAt)) return;
    const problem = forbidden(this.#input.mesh, await standingAgainstWave(this.#input, ground, rest));
    if (problem !== undefined) throw failWith(problem);
    this.#looked();
  }

  /** The barrier: reads the mesh afresh, and lets the next phase begin only where nothing forbids it. */
  async #next(): Promise<void> {
    const { run } = this;
    const { ended } = run;
    if (ended === undefined) return;
    const view = await this.#viewed(() => lookBetween(this.#input, run, ended));
    const next = withNewPlan(run.progress, view.plan, view.untils);
    run.progress = withPinned(next, view.pins);
    this.#enter(view);
  }

  /** Looks until there is a view: what an issuer is to make first is made, and units that were found wrong are right. */
  async #viewed(look: () => Promise<View | undefined>): Promise<View> {
    const { run } = this;
    const ca = issuedCaOf(this.#input.ca);
    for (;;) {
      if (ca !== undefined) await obtainCas(this.#input, ca, run, this.#leader);
      await condition(() => !run.isAnyRegressed || this.#full);
      const view = await this.#attempt(look);
      if (view !== undefined) return view;
    }
  }

  #enter({ shape, wanted, plan, leafLives }: View): void {
    const [first] = plan.phases;
    this.run.cas.surveyed(shape);
    this.run.ground = { shape, wanted };
    this.run.cas.sawLeaves(leafLives);
    this.run.cas.close();
    this.#looked();
    if (first !== undefined) this.run.enter(first, now());
    this.show();
  }

  /** Nothing forbids to go on in the mesh as it is now. A look says nothing of what stopped units before a turn. */
  #looked(): void {
    const { run } = this;
    run.lookedAt = now();
    run.progress = provenAnew(run.progress, this.#input.turned?.doubts);
  }

  /** A failure that a person must mend stops the rotation until `retry`, over as many runs as that takes. */
  async #attempt<T>(attempt: () => Promise<T>, room: 'enough' | 'none' = 'none'): Promise<T> {
    const { run } = this;
    const isHeld = () => run.hold === 'pause' || run.progress.stopped !== undefined;
    for (let mayHandOver = room === 'none'; ; mayHandOver = true) {
      this.show();
      await condition(() => (mayHandOver && this.#full) || !isHeld());
      if (mayHandOver && this.#full) await this.#handOver();
      try {
        const result = await looking(run, attempt);
        // What was seen is no longer news when a pause ends.
        if (run.hold !== 'pause') return result;
      } catch (error) {
        const stopped = stopReason(error, now());
        if (stopped === undefined) throw error;
        run.stop(stopped);
      }
    }
  }

  get #full(): boolean {
    return this.run.longEnough || workflowInfo().continueAsNewSuggested;
  }

  /** Goes on in a new run of the same workflow; the units' workflows go on by themselves. */
  async #handOver(): Promise<never> {
    this.run.cas.handsOver = true;
    await lastAnswers(this.run.applied);
    return goOnInNewRun({ ...this.#input, carried: this.run.carry() }, this.run.progress);
  }

  show(): void {
    if (this.run.hold === 'pause' && isAtRest(this.run)) this.run.progress = restRotation(this.run.progress);
    this.run.progress = awaitingCertificates(this.run.progress, this.run.cas.waits);
    this.#announcer.show(this.run.progress);
  }
}

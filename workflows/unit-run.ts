import { effects } from '../rotation/commands.ts';
import { provenAnew, withDoubt } from '../rotation/doubts.ts';
import { whereStopped } from '../rotation/footing.ts';
import type { Hold, UnitInput, UnitReport } from '../rotation/messages.ts';
import type { StageName } from '../rotation/plan.ts';
import type { Awaiting, ClusterStep, Stopped } from '../rotation/progress.ts';
import type { SetState } from '../rotation/set-state.ts';
import { waitingAnew, waitingStep } from '../rotation/waiting-step.ts';
import type { CarriedRun } from './carried-run.ts';
import { GoingOn } from './going-on.ts';
import { RegressedClusters } from './regressed-clusters.ts';
import { now } from './stage-context.ts';
import { tellsMore } from './tells-more.ts';
import { UnitEvidence } from './unit-evidence.ts';
import { unitState } from './unit-state.ts';

/** Evidence beyond this many lines a cluster drops the oldest: a report stays below 16 KB. */
const keptEvidence = 20;

type Change = Partial<Omit<ClusterStep, 'cluster' | 'evidence'>>;

/** How far one write unit is in its step: plain state, changed by the workflow, told by reports. */
export class UnitRun {
  /** What is to be kept of the step. */
  readonly evidence: UnitEvidence;
  readonly #input: UnitInput;
  readonly #steps: Map<string, ClusterStep>;
  readonly #goingOn: GoingOn;
  readonly regressed: RegressedClusters;
  #rests = false;
  #sequence: number;
  readonly #written: Map<string, number>;
  #stage: number | undefined;
  /** Once this one is proven, nothing is in doubt. */
  #doubtedIn: number | undefined;
  #accepted: boolean;
  #end: 'done' | 'left' | undefined;
  #hold: Hold | undefined;
  #set: SetState;
  /** Cancels what is under way; set while anything is. */
  cutOff: (() => void) | undefined;

  constructor(input: UnitInput, carried?: CarriedRun) {
    this.#input = input;
    this.evidence = new UnitEvidence(now(), carried?.evidence);
    const { step, doubts } = input;
    this.#steps = new Map(step.clusters.map((each) => [each, waitingAnew(each, doubts?.[each])]));
    this.#doubtedIn = carried ? carried.doubtedIn : doubts && step.stages.length;
    for (const known of carried?.steps ?? []) this.#steps.set(known.cluster, known);
    this.#goingOn = new GoingOn(carried);
    this.regressed = new RegressedClusters(carried?.regressed);
    this.#sequence = carried?.sequence ?? 0;
    this.#written = new Map(Object.entries(carried?.written ?? {}));
    this.#accepted = carried?.accepted ?? false;
    this.#hold = carried === undefined ? input.hold : carried.hold;
    // In the place of one that vanished nobody knows whether a write was under way.
    this.#set = carried?.set ?? (carried === undefined && input.hold === 'leave' ? 'unsure' : 'whole');
  }

  /** The command that keeps the unit from going on. Nothing takes `leave` back. */
  get hold(): Hold | undefined {
    return this.#hold;
  }

  set hold(hold: Hold | undefined) {
    if (this.#hold !== 'leave') this.#hold = hold;
    this.#heed();
  }

  /** True where the unit is to come to rest, and may: never within a write to several objects. */
  get held(): boolean {
    return this.#hold !== undefined && this.#set !== 'writing';
  }

  get set(): SetState {
    return this.#set;
  }

  set set(set: SetState) {
    this.#set = set;
    this.#heed();
  }

  #heed(): void {
    if (this.held && this.#hold !== undefined && effects[this.#hold].wait.rests === 'cutOff') this.cutOff?.();
  }

  /** Of the step's stages, the one that is under way; beyond the last when all are proven. */
  set stage(index: number) {
    this.#stage = index;
    if (index > (this.#doubtedIn ?? Infinity)) this.#provenAnew();
  }

  #provenAnew(): void {
    this.#doubtedIn = undefined;
    for (const [cluster, step] of this.#steps) this.#steps.set(cluster, provenAnew(step));
  }

  get clusters(): readonly string[] {
    return [...this.#steps.keys()];
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** True while a person is needed, or nothing is left to do: worth telling at once. */
  get urgent(): boolean {
    return this.#end !== undefined || this.#hold !== undefined || this.#stopped() !== undefined;
  }

  /** The named clusters begin something new. */
  begin(clusters: readonly string[], doing: string, awaiting: Awaiting | undefined, at: string): void {
    this.regressed.forget(clusters);
    this.#change(clusters, { state: 'running', doing, awaiting, since: at, stopped: undefined });
  }

  /** @param doing where the cluster does something else than before, what */
  await(cluster: string, awaiting: Awaiting, doing?: string): void {
    this.#change([cluster], doing === undefined ? { awaiting } : { awaiting, doing });
  }

  count(cluster: string, done: number, total: number): void {
    this.#change([cluster], { done, total });
  }

  prove(clusters: readonly string[], line: string): void {
    for (const cluster of clusters) {
      const evidence = [...this.#step(cluster).evidence, line].slice(-keptEvidence);
      this.#steps.set(cluster, { ...this.#step(cluster), evidence, awaiting: undefined });
    }
    this.#sequence += 1;
  }

  /** A leaf by the new signer was accepted across clusters. */
  accept(): void {
    this.#accepted = true;
    this.#sequence += 1;
  }

  wrote(stage: StageName, versions: number): void {
    this.#written.set(stage, versions);
    this.#sequence += 1;
  }

  stop(clusters: readonly string[], stopped: Stopped): void {
    if (this.#set === 'writing') this.set = 'unsure';
    this.regressed.forget(clusters);
    for (const cluster of clusters) this.#goingOn.stopped(cluster);
    this.#doubt(clusters, stopped.code);
    this.evidence.stopped(clusters, stopped);
    const { step, wanted } = this.#input;
    const place = { step, wanted, stage: this.#stage, set: this.#set, written: this.#written };
    const told = { ...stopped, ...whereStopped(place) };
    this.#change(clusters, { state: 'stopped', awaiting: undefined, stopped: told });
  }

  #doubt(clusters: readonly string[], code: string): void {
    for (const cluster of clusters) {
      const step = withDoubt(this.#step(cluster), code);
      this.#steps.set(cluster, step);
      if (step.doubts !== undefined) this.#doubtedIn = Math.max(this.#doubtedIn ?? 0, this.#stage ?? 0);
    }
  }

  /** Lets the cluster, or every one, go on after a stop. */
  resume(cluster: string | undefined): void {
    this.evidence.resumed(cluster, now());
    for (const name of cluster === undefined ? this.clusters : [cluster]) this.#goingOn.tell(name);
  }

  isStopped(cluster: string): boolean {
    return this.#step(cluster).state === 'stopped';
  }

  /** True where the cluster was told to go on since it stopped. */
  mayGoOn(cluster: string): boolean {
    return this.#goingOn.isTold(cluster);
  }

  /** The step ends before its time: what was not done stands still. */
  abandon(stopped: Stopped): void {
    const open = this.clusters.filter((cluster) => this.#step(cluster).state !== 'done');
    this.stop(open, stopped);
  }

  finish(): void {
    this.#end = 'done';
    this.#provenAnew();
    this.#change(this.clusters, { state: 'done', doing: undefined, awaiting: undefined });
  }

  /** Comes to rest until it may go on; what is stopped stays stopped. */
  rest(at: string): void {
    this.#rests = true;
    this.#change(this.#inState('running', 'waiting'), { state: 'paused', awaiting: undefined, since: at });
  }

  /** A look has found something wrong: the clusters stop for that, but for those that were told to go on. */
  regress(clusters: readonly string[], stopped: Stopped): void {
    const steps = clusters.map((cluster) => this.#step(cluster));
    const open = steps.filter(({ cluster, state }) => state !== 'stopped' || !this.mayGoOn(cluster));
    const news = this.regressed.newsOf(open, stopped);
    const kept = news.filter(({ before }) => tellsMore(before, stopped)).map(({ cluster }) => cluster);
    const told = news.map(({ cluster }) => cluster).filter((cluster) => !kept.includes(cluster));
    if (told.length > 0) this.stop(told, stopped);
    if (kept.length > 0) {
      this.evidence.stopped(kept, stopped);
      this.#doubt(kept, stopped.code);
      this.#sequence += 1;
    }
    this.regressed.add(news);
  }

  /** What a look has found is no more: clusters rest again, go on, or stand still for what had stopped them before. */
  recover(at: string): void {
    for (const found of this.regressed.take()) {
      const { cluster } = found;
      if (this.mayGoOn(cluster)) continue;
      this.evidence.recovered(cluster, found, at);
      const { before } = found;
      if (before === undefined && !this.#rests) {
        this.#goingOn.tell(cluster);
        continue;
      }
      const step = this.#step(cluster);
      const others = step.doubts?.filter((code) => code !== found.code);
      this.#steps.set(cluster, provenAnew(step, others));
      this.#change([cluster], before ? { stopped: before } : { state: 'paused', stopped: before, since: at });
    }
  }

  /** Goes on after a rest. */
  wake(at: string): void {
    this.#rests = false;
    this.#change(this.#inState('paused'), { state: 'running', since: at });
  }

  /** Ends the step where it stands. */
  leave(): void {
    this.#end = 'left';
    const open = this.#inState('running', 'waiting', 'paused', 'stopped');
    this.#change(open, { state: 'left', awaiting: undefined, stopped: undefined });
  }

  carry(): CarriedRun {
    return {
      steps: [...this.#steps.values()],
      ...this.#goingOn.carry(),
      ...this.regressed.carry(),
      sequence: this.#sequence,
      written: Object.fromEntries(this.#written),
      evidence: this.evidence.carry(),
      accepted: this.#accepted,
      ...(this.#hold === undefined ? {} : { hold: this.#hold }),
      ...(this.#set === 'whole' ? {} : { set: this.#set }),
      ...(this.#doubtedIn === undefined ? {} : { doubtedIn: this.#doubtedIn }),
    };
  }

  report(): UnitReport {
    const stopped = this.#stopped();
    const clusters = [...this.#steps.values()];
    return {
      rotationId: this.#input.rotationId,
      phase: this.#input.phase,
      unit: this.#input.step.unit,
      sequence: this.#sequence,
      state: this.#end ?? unitState(clusters),
      clusters,
      ...(this.#accepted ? { accepted: true } : {}),
      written: [...this.#written.values()].reduce((sum, versions) => sum + versions, 0),
      ...(stopped === undefined ? {} : { stopped }),
    };
  }

  #stopped(): Stopped | undefined {
    return [...this.#steps.values()].find(({ state }) => state === 'stopped')?.stopped;
  }

  #inState(...states: readonly ClusterStep['state'][]): readonly string[] {
    return this.clusters.filter((cluster) => states.includes(this.#step(cluster).state));
  }

  #change(clusters: readonly string[], change: Change): void {
    for (const cluster of clusters) this.#steps.set(cluster, { ...this.#step(cluster), ...change });
    this.#sequence += 1;
  }

  #step(cluster: string): ClusterStep {
    return this.#steps.get(cluster) ?? waitingStep(cluster);
  }
}

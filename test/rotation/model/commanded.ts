import { answerTo, commandNames, type CommandName } from '../../../rotation/commands.ts';
import {
  abortRotation,
  commandRotation,
  completeRotation,
  endPhase,
  phaseDone,
  restRotation,
  startPhase,
  startProgress,
  withPlan,
} from '../../../rotation/course.ts';
import type { Hold } from '../../../rotation/messages.ts';
import { originOf } from '../../../rotation/origin.ts';
import type { Phase, PhaseName } from '../../../rotation/plan.ts';
import { blocking, plan } from '../../../rotation/planner.ts';
import type { RotationProgress } from '../../../rotation/progress.ts';
import { refusalOf } from '../../../rotation/refusal.ts';
import { withNewPlan } from '../../../rotation/replan.ts';
import { applyReport } from '../../../rotation/reports.ts';
import { standingOf } from '../../../rotation/standing.ts';
import type { CaRef, Wanted } from '../../../rotation/wanted.ts';
import { facts } from './certificates.ts';
import type { Dice } from './dice.ts';
import { hazards } from './hazards.ts';
import type { ModelMesh } from './mesh.ts';
import { defaultPolicy, now, observe } from './observe.ts';
import { happenstance } from './rotate.ts';
import { restsOf, UnitWalk } from './unit-walk.ts';

const mostMoves = 20_000;

/** A way that a rotation is to go. */
interface Way {
  readonly id: string;
  readonly ca: CaRef;
  readonly wanted: Wanted;
}

/** A rotation of the model that takes commands at any moment, by the tables that workflows and people go by. */
export class CommandedRotation {
  progress: RotationProgress;
  /** Every command that was given, and why it was refused where it was. */
  readonly given: string[] = [];
  /** Those that were carried out, with the state that they found: `pause in running`. */
  readonly carriedOut = new Set<string>();
  /** Where the table was asked what becomes of a command: `pause in write`. */
  readonly asked = new Set<string>();
  readonly #mesh: ModelMesh;
  readonly #dice: Dice;
  readonly #commandsPerThousand: number;
  #way: Way;
  readonly #origin: Wanted;
  #walks: readonly UnitWalk[] = [];
  #moves = 0;

  /** @param commandsPerThousand of what happens, so many are commands */
  constructor(mesh: ModelMesh, wanted: Wanted, dice: Dice, commandsPerThousand: number) {
    this.#mesh = mesh;
    this.#dice = dice;
    this.#commandsPerThousand = commandsPerThousand;
    const { kind } = wanted;
    const ca = { kind, directory: '/ca' };
    this.#way = { id: 'r-1', ca, wanted };
    this.#origin = originOf(observe(mesh).units, kind);
    this.progress = startProgress({ id: 'r-1', fleet: 'f', mesh: 'm', ca, at: now });
  }

  /** Leads it to whatever end it is told to. Throws where a connection would drop, or nothing more can happen. */
  lead(): RotationProgress {
    for (;;) {
      this.#goThrough();
      if (this.#hold !== 'leave') {
        this.progress = completeRotation(this.progress, now);
        return this.progress;
      }
      if (this.progress.command?.name === 'rollback') this.#turn();
      else {
        const standing = standingOf(observe(this.#mesh), this.#origin, { to: this.#newRoots(), unseen: [] });
        this.progress = abortRotation(this.progress, standing, now);
        return this.progress;
      }
    }
  }

  get #hold(): Hold | undefined {
    const name = this.progress.command?.name;
    return name === undefined ? undefined : name === 'pause' ? 'pause' : 'leave';
  }

  #goThrough(): void {
    let ended: PhaseName | undefined;
    for (;;) {
      this.#walks = [];
      const next = this.#plan(ended);
      if (next === undefined || this.#hold === 'leave') return;
      this.progress = startPhase(this.progress, next.name, now);
      this.#walks = next.units.flatMap((step) =>
        this.#mesh.units
          .filter(({ name }) => name === step.unit)
          .map(
            (unit) =>
              new UnitWalk({ rotationId: this.#way.id, phase: next.name }, unit, step, {
                dice: this.#dice,
                asked: this.asked,
              }),
          ),
      );
      while (!phaseDone(this.progress, next.name)) {
        if (!this.#happen()) return;
      }
      this.progress = endPhase(this.progress, next.name, now);
      ended = next.name;
    }
  }

  /** At a barrier, and before the first phase: a pause is waited out, and what was seen before it is no news. */
  #plan(ended: PhaseName | undefined): Phase | undefined {
    this.#perhapsCommand();
    for (let hold = this.#hold; hold !== undefined; hold = this.#hold) {
      if (restsOf(hold, 'barrier', this.asked) === 'cutOff') return undefined;
      this.#untilResumed();
    }
    const made = plan(observe(this.#mesh), this.#way.wanted, defaultPolicy, ended);
    const against = blocking(made).map(({ code, text }) => `${code} ${text}`);
    if (against.length > 0)
      throw new Error(`no way on after ${this.given.join(', ')}: ${against.join('; ')}`);
    const certs = (roots: readonly string[]) => [...new Set(roots)].map((root) => facts(root));
    const from = certs(this.#mesh.units.flatMap(({ source }) => source.roots));
    const { roots } = this.#way.wanted;
    this.progress =
      ended === undefined
        ? withPlan(this.progress, { plan: made, from, to: certs(roots), untils: {} })
        : withNewPlan(this.progress, made, {});
    return made.phases[0];
  }

  #untilResumed(): void {
    this.progress = restRotation(this.progress);
    this.#command(this.#dice.oneOf(['resume', 'resume', 'resume', 'abort', 'rollback', 'pause', 'retry']));
  }

  /** Something happens in one of the units; false where all have come to rest for ever. */
  #happen(): boolean {
    this.#perhapsCommand();
    const able = this.#walks.filter((walk) => walk.mayMove(this.#hold));
    const walk = this.#dice.oneOf(able);
    if (walk !== undefined) this.#move(walk);
    this.#hear();
    if (walk !== undefined) return true;
    if (this.#hold === 'leave' && this.#walks.every(({ hasLeft }) => hasLeft)) return false;
    if (this.#hold === 'pause') this.#untilResumed();
    else this.#command(this.#dice.oneOf(['retry', 'retry', 'retry', 'abort', 'rollback', 'pause']));
    return true;
  }

  #move(walk: UnitWalk): void {
    if ((this.#moves += 1) > mostMoves) throw new Error(`no end after ${this.given.join(', ')}`);
    const done = walk.move();
    if (this.#dice.chance(2)) walk.stop();
    if (this.#dice.chance(40)) happenstance(this.#mesh, this.#dice);
    const found = hazards(this.#mesh);
    if (found.length > 0)
      throw new Error(`${found.join('; ')}, after ${done}, told ${this.given.join(', ')}`);
  }

  #hear(): void {
    for (const walk of this.#walks) {
      const report = walk.report();
      if (report !== undefined) this.progress = applyReport(this.progress, report);
    }
  }

  #perhapsCommand(): void {
    if (this.#dice.below(1000) < this.#commandsPerThousand) this.#command(this.#dice.oneOf(commandNames));
  }

  /** A person says something, whatever it is good for. */
  #command(name: CommandName | undefined): void {
    if (name === undefined) return;
    const refusal = refusalOf(this.progress, name);
    this.given.push(`${name}${refusal === undefined ? '' : ` (${refusal})`}`);
    if ('refused' in answerTo(name, this.progress.state) && refusal === undefined)
      throw new Error(`the table refuses ${name} in ${this.progress.state}, and it is carried out`);
    if (refusal !== undefined) return;
    this.carriedOut.add(`${name} in ${this.progress.state}`);
    if (name === 'retry') for (const walk of this.#walks) walk.retry(this.#hold);
    else if (name === 'resume') {
      this.progress = commandRotation(this.progress, undefined);
      for (const walk of this.#walks) walk.resume();
    } else this.progress = commandRotation(this.progress, { name, reason: undefined, at: now });
    this.#hear();
  }

  /** The mesh's next rotation leads back to what this one found. */
  #turn(): void {
    const { id } = this.#way;
    const names = [
      ...new Set(this.#origin.roots),
      ...Object.values(this.#origin.signers).map((one) => one.fingerprint),
    ];
    const ca = { kind: this.#origin.kind, before: id };
    const wanted: Wanted = { ...this.#origin, exact: true, certificates: names.map((one) => facts(one)) };
    this.#way = { id: `${id}-back`, ca, wanted };
    this.progress = startProgress({ id: this.#way.id, fleet: 'f', mesh: 'm', ca, at: now });
  }

  #newRoots() {
    return this.progress.rollsBack === undefined
      ? this.progress.to
      : this.progress.from.filter(({ fingerprint }) => !this.#origin.roots.includes(fingerprint));
  }
}

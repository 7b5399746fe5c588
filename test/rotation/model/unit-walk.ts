import { effects, type Place } from '../../../rotation/commands.ts';
import type { Hold, UnitReport } from '../../../rotation/messages.ts';
import type { PhaseName, Proof, UnitStep } from '../../../rotation/plan.ts';
import type { Dice } from './dice.ts';
import { isWhole, type ModelUnit } from './mesh.ts';
import { prove, write } from './walk.ts';

const noQuestion = (): void => undefined;

const placeOf: Readonly<Record<Proof, Place>> = {
  synced: 'wait',
  loaded: 'wait',
  accepted: 'wait',
  secondPlane: 'wait',
  converged: 'timer',
};

/** What becomes of a unit, or of the barrier, in that place, by the table; throws where the table lets nothing. */
export function restsOf(hold: Hold, place: Place, asked: Set<string>) {
  const { rests } = effects[hold === 'pause' ? 'pause' : 'leave'][place];
  if (rests === 'never') throw new Error(`the table lets nothing become of ${hold} in ${place}`);
  asked.add(`${hold} in ${place}`);
  return rests;
}

interface Moment {
  readonly place: Place;
  /** Of the step's stages, the one that is under way. */
  readonly stage: number;
  readonly what: string;
}

/** One unit's step as a rotation that takes commands leads it: what may happen next depends on where it is. */
export class UnitWalk {
  readonly #rotationId: string;
  readonly #phase: PhaseName;
  readonly #unit: ModelUnit;
  readonly #step: UnitStep;
  readonly #dice: Dice;
  /** Rows of the table that were walked by. */
  readonly #asked: Set<string>;
  #moments: Generator<Moment, void>;
  #at: Moment = { place: 'waiting', stage: 0, what: 'not begun' };
  #state: UnitReport['state'] | 'waiting' = 'waiting';
  #sequence = 0;
  /** A set that could not be made whole, until somebody has mended why. */
  #isStuck = false;

  constructor(
    { rotationId, phase }: { readonly rotationId: string; readonly phase: PhaseName },
    unit: ModelUnit,
    step: UnitStep,
    { dice, asked }: { readonly dice: Dice; readonly asked: Set<string> },
  ) {
    this.#asked = asked;
    this.#rotationId = rotationId;
    this.#phase = phase;
    this.#unit = unit;
    this.#step = step;
    this.#dice = dice;
    this.#moments = this.#from(0);
  }

  get state(): UnitReport['state'] | 'waiting' {
    return this.#state;
  }

  get place(): Place {
    if (this.#state === 'stopped') return 'stopped';
    return this.#state === 'paused' ? 'paused' : this.#at.place;
  }

  /** Whether something may happen in it; where a command keeps it from going on it comes to rest, by the table. */
  mayMove(hold: Hold | undefined): boolean {
    if (this.#state === 'done' || this.#state === 'left') return false;
    if (hold === undefined) return this.#state !== 'stopped' && this.#state !== 'paused';
    if (this.#state === 'paused' && hold === 'pause') return false;
    const rests = restsOf(hold, this.place, this.#asked);
    if (rests === 'afterIt') return true;
    const isTorn = this.place === 'betweenWrites' && !isWhole(this.#unit.source);
    if (isTorn) return true;
    if (hold === 'leave') this.#leave();
    else if (this.#state === 'running') this.#state = 'paused';
    return false;
  }

  /** One thing happens, told in words. */
  move(): string {
    this.#state = 'running';
    const next = this.#moments.next();
    if (next.done === true) {
      this.#state = 'done';
      return `${this.#unit.name} is done`;
    }
    this.#at = next.value;
    return next.value.what;
  }

  /** A failure that a person must mend, wherever it is. */
  stop(): void {
    if (this.#state === 'running') this.#state = 'stopped';
  }

  /** Its stage begins anew, with its write. */
  retry(hold: Hold | undefined): void {
    if (this.#state !== 'stopped') return;
    this.#isStuck = false;
    if (hold === 'leave') return;
    this.#state = 'running';
    this.#moments = this.#from(this.#at.stage);
  }

  resume(): void {
    if (this.#state === 'paused') this.#state = 'running';
  }

  /** Its word to the rotation; undefined before it begins. */
  report(): UnitReport | undefined {
    const { unit, clusters } = this.#step;
    if (this.#state === 'waiting') return undefined;
    const stopped = { code: 'KEY_VAULT_FORBIDDEN', message: 'm', hint: 'h', at: '2026-12-01T00:00:00.000Z' };
    const state = this.#state === 'left' ? 'running' : this.#state;
    const step = { doing: undefined, since: undefined, awaiting: undefined, done: 0, total: 0, evidence: [] };
    return {
      ...{ rotationId: this.#rotationId, phase: this.#phase, unit },
      ...{ sequence: (this.#sequence += 1), state: this.#state },
      clusters: clusters.map((cluster) => ({
        ...{ cluster, state, ...step, stopped: state === 'stopped' ? stopped : undefined },
      })),
    };
  }

  get hasLeft(): boolean {
    return this.#state === 'waiting' || this.#state === 'done' || this.#state === 'left';
  }

  /** For ever. Where it stopped in a write, the set is looked at and made whole before. */
  #leave(): void {
    if (this.#state === 'waiting' || this.#isStuck) return;
    if (this.#state === 'stopped' && !isWhole(this.#unit.source)) {
      this.#isStuck = this.#dice.chance(50);
      if (this.#isStuck) return;
      for (const stage of this.#step.stages.slice(this.#at.stage)) {
        if (isWhole(this.#unit.source)) break;
        Array.from(write(this.#unit, stage, noQuestion));
      }
    }
    this.#state = 'left';
  }

  /** Workloads renew by themselves or are restarted, in batches and waits between them. */
  #placeIn(proof: Proof): Place {
    return proof === 'converged' && this.#dice.chance(50) ? 'restart' : placeOf[proof];
  }

  *#from(first: number): Generator<Moment, void> {
    for (const [stage, what] of this.#step.stages.entries()) {
      if (stage < first) continue;
      for (const done of write(this.#unit, what, noQuestion)) yield { place: 'write', stage, what: done };
      for (const proof of what.proofs) {
        yield { place: 'betweenWrites', stage, what: `${this.#unit.name} goes on to ${proof}` };
        for (const done of prove(this.#unit, what, proof, this.#dice))
          yield { place: this.#placeIn(proof), stage, what: done };
      }
      yield { place: 'betweenWrites', stage: stage + 1, what: `${this.#unit.name} has ended ${what.name}` };
    }
  }
}

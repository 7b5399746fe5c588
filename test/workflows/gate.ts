import type { Activities } from '../../activities/contract.ts';

/** Where a rotation is held up: at an activity's first call that fits, or one after it. */
export interface Spot {
  readonly activity: keyof Activities;
  readonly phase?: string;
  readonly stage?: string;
  readonly unit?: string;
  /** Of the calls that fit, so many pass before. */
  readonly passing?: number;
}

/** An activity that does not end before `open`: whatever happens meanwhile happens in the middle of it. */
export class Gate {
  readonly #spot: Spot;
  readonly #open = Promise.withResolvers<undefined>();
  #reached = false;
  #passed = 0;

  constructor(spot: Spot) {
    this.#spot = spot;
  }

  get reached(): boolean {
    return this.#reached;
  }

  open(): void {
    this.#open.resolve(undefined);
  }

  /** The same activities with the gate in their way. */
  around(activities: Activities): Activities {
    const { activity, phase, stage, unit } = this.#spot;
    const where = Object.fromEntries(
      Object.entries({ phase, stage, unit }).filter(([, value]) => value !== undefined),
    );
    const act = (input: never): Promise<unknown> => activities[activity](input);
    const gated = async (input: never): Promise<unknown> => {
      if (!this.#reached && fits(input, where) && (this.#passed += 1) > (this.#spot.passing ?? 0)) {
        this.#reached = true;
        await this.#open.promise;
      }
      return act(input);
    };
    return { ...activities, [activity]: gated };
  }
}

function fits(input: object, where: Readonly<Record<string, string | undefined>>): boolean {
  return Object.entries(where).every(([name, value]) =>
    Object.entries(input).some(([key, found]) => key === name && found === value),
  );
}

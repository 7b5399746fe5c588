import type { LoadEvidence } from '../contract.ts';
import type { ClusterClient } from '../kube/connect.ts';
import type { ControlPlane } from './control-plane.ts';
import { demandRollProgress, isRolling, rollFor } from './roll.ts';
import { failedRuns, runValidatorNow, validatorOutcome } from './validator-run.ts';

/** How a control plane came to be restarted whose CronJob had not seen the change. */
const blind = 'roll (CRONJOB_BLIND)';

/** Sees to it that a control plane which cannot reload a root live comes to be restarted. */
export interface Restarter {
  /** Called again and again while a replica still hands out another bundle; says what is waited for. */
  step(): Promise<string>;
  /** How it was restarted; undefined while nothing was done. */
  readonly by: LoadEvidence['by'] | undefined;
}

/**
 * The restarter of a control plane's reload mode: none for live ones; the add-on's CronJob, waited for or run
 * at once, and a roll of our own where it does not see the change; a roll at once where there is no CronJob.
 * @param o.cause names the stage and its write: one roll for each
 * @param o.since runs of the CronJob that began earlier saw the old set
 */
export function restarterFor(
  client: ClusterClient,
  plane: ControlPlane,
  o: { readonly cause: string; readonly since: Date; readonly cronJob: 'wait' | 'runNow' },
): Restarter | undefined {
  if (plane.reload === 'live') return undefined;
  return plane.cronJob === undefined
    ? new Roller(client, plane, o.cause)
    : new ValidatorRunner(client, plane, o);
}

class Roller implements Restarter {
  by: LoadEvidence['by'] | undefined;
  readonly #client: ClusterClient;
  readonly #plane: ControlPlane;
  readonly #cause: string;

  constructor(client: ClusterClient, plane: ControlPlane, cause: string) {
    this.#client = client;
    this.#plane = plane;
    this.#cause = cause;
  }

  async step(): Promise<string> {
    if (this.by === undefined) await rollFor(this.#client, this.#plane, this.#cause);
    else await demandRollProgress(this.#client, this.#plane);
    this.by = 'roll';
    return `the roll of ${this.#plane.deployment}`;
  }
}

class ValidatorRunner implements Restarter {
  by: LoadEvidence['by'] | undefined;
  readonly #client: ClusterClient;
  readonly #plane: ControlPlane;
  readonly #o: { readonly cause: string; readonly since: Date; readonly cronJob: 'wait' | 'runNow' };
  readonly #roller: Roller;
  /** Runs of our own that had failed before this wait. */
  #past: ReadonlySet<string> | undefined;
  /** True where a run had said nothing known, and istiod was not being restarted after it. */
  #stoodStill = false;

  constructor(
    client: ClusterClient,
    plane: ControlPlane,
    o: { readonly cause: string; readonly since: Date; readonly cronJob: 'wait' | 'runNow' },
  ) {
    this.#client = client;
    this.#plane = plane;
    this.#o = o;
    this.#roller = new Roller(client, plane, o.cause);
  }

  async step(): Promise<string> {
    const { cronJob } = this.#plane;
    if (cronJob === undefined || this.by === blind) return this.#roll();
    const { cause: stage, since } = this.#o;
    this.#past ??= await failedRuns(this.#client, this.#plane, cronJob, stage);
    const runs = { stage, since, past: this.#past };
    if (this.#o.cronJob === 'runNow') {
      await runValidatorNow(this.#client, this.#plane, cronJob, runs);
    }
    const outcome = await validatorOutcome(this.#client, this.#plane, cronJob, runs);
    // It compares a Secret that may lag behind the volume, or none at all: what it does not see, we do.
    if (outcome === 'not detected') {
      return `${await this.#roll()}, for CronJob ${cronJob.name} saw no change (CRONJOB_BLIND)`;
    }
    if (typeof outcome === 'object') return this.#afterUnknown(cronJob.name, outcome.said);
    // Without multi-root nothing but a restart brings another bundle, and its run may be missed between looks.
    if (!this.#plane.multiRoot || outcome === 'detected') this.by = 'CronJob';
    if (outcome === 'detected') await demandRollProgress(this.#client, this.#plane);
    return `CronJob ${cronJob.name} (${cronJob.schedule}): ${outcome}`;
  }

  /**
   * A run whose log holds neither line has restarted istiod or not: the Deployment tells. Where it stands still, and
   * a replica hands out another bundle at the look after that as well, the run did nothing.
   */
  async #afterUnknown(cronJob: string, said: string): Promise<string> {
    const ran = `CronJob ${cronJob} ran and said ${said}`;
    if (await isRolling(this.#client, this.#plane)) {
      this.#stoodStill = false;
      this.by = 'CronJob';
      return `the restart of ${this.#plane.deployment}, ${ran}`;
    }
    if (this.#stoodStill) return `${await this.#roll()}, for ${ran} (CRONJOB_BLIND)`;
    this.#stoodStill = true;
    return ran;
  }

  async #roll(): Promise<string> {
    const text = await this.#roller.step();
    this.by = blind;
    return text;
  }
}

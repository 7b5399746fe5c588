import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseName } from '../../../rotation/plan.ts';
import type { Broken } from '../../../sim/scenarios/broken.ts';
import type { Scenario, Struck } from '../../../sim/scenarios/scenario.ts';
import { byMeshturn } from '../../../sim/scenarios/vault.ts';
import type { Lane } from './world.ts';

const order: Readonly<Record<Scenario['rotation'], readonly PhaseName[]>> = {
  root: ['distribute', 'activate', 'revoke'],
  intermediate: ['activate'],
};

/** True once the evidence of a phase is kept, which ends it. */
export function hasEnded({ directory }: Pick<Lane, 'directory'>, phase: PhaseName): boolean {
  const kept = readdirSync(join(directory, 'evidence'), { recursive: true, encoding: 'utf8' });
  return kept.some((file) => file.endsWith(`-${phase}.json`));
}

/**
 * Sets a scenario's fault in every phase that it strikes, right after the first request there that changes something,
 * be it the lease. Made before the rotation starts: who looks at its progress may come too late for a phase.
 */
export class Blows {
  readonly #scenario: Scenario;
  readonly #struck: Struck;
  readonly #set = new Map<PhaseName, Broken>();
  readonly #standing = new Set<Broken>();

  constructor(lane: Lane, scenario: Scenario, struck: Struck) {
    this.#scenario = scenario;
    this.#struck = struck;
    const phases = scenario.strikes.flatMap(({ phase }) => (phase === 'plan' ? [] : [phase]));
    if (scenario.before) this.#strike(phases);
    else this.#atFirstWrites(lane, new Set(phases));
  }

  /** Takes the fault of a phase back; one that was there before the rotation stands to its end. */
  async mend(phase: PhaseName): Promise<void> {
    if (!this.#scenario.before) await this.#mend(this.#broken(phase));
  }

  async mendAll(): Promise<void> {
    await Promise.all([...this.#standing].map((broken) => this.#mend(broken)));
  }

  met(phase: PhaseName): number {
    return this.#broken(phase).met();
  }

  #atFirstWrites(lane: Lane, waiting: Set<PhaseName>): void {
    this.#struck.cluster.vault.faults.add({
      matches: (request) => {
        if (!byMeshturn(request) || request.method === 'GET') return false;
        const phase = order[this.#scenario.rotation].find((one) => !hasEnded(lane, one));
        if (phase !== undefined && waiting.delete(phase)) this.#strike([phase]);
        return false;
      },
      effect: { kind: 'delay', milliseconds: 0 },
    });
  }

  #strike(phases: readonly PhaseName[]): void {
    // What was ridden out in the phase before may not have been taken back yet.
    void this.mendAll();
    const broken = this.#scenario.set(this.#struck);
    this.#standing.add(broken);
    for (const phase of phases) this.#set.set(phase, broken);
  }

  async #mend(broken: Broken): Promise<void> {
    if (this.#standing.delete(broken)) await broken.mend();
  }

  #broken(phase: PhaseName): Broken {
    const broken = this.#set.get(phase);
    if (broken === undefined) throw new Error(`nothing was broken in ${phase}`);
    return broken;
  }
}

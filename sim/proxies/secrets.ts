import type { WorkloadIdentity } from './identity.ts';

/** One secret as Envoy has it from the agent: when, and by which push. */
export interface HeldSecret {
  readonly name: 'default' | 'ROOTCA';
  readonly pem: string;
  /** `2026-11-21T23:08:45Z/5` */
  readonly version: string;
  readonly updatedAt: Date;
}

/** Envoy's two SDS secrets. ROOTCA keeps its version while the roots stay the same. */
export class EnvoySecrets {
  #pushes = 0;
  #held: readonly HeldSecret[] = [];

  get held(): readonly HeldSecret[] {
    return this.#held;
  }

  push({ chainPem, rootsPem }: Pick<WorkloadIdentity, 'chainPem' | 'rootsPem'>): void {
    const old = this.#held.find(({ name }) => name === 'ROOTCA');
    const roots = old?.pem === rootsPem ? old : this.#secret('ROOTCA', rootsPem);
    this.#held = [this.#secret('default', chainPem), roots];
  }

  #secret(name: HeldSecret['name'], pem: string): HeldSecret {
    this.#pushes += 1;
    const updatedAt = new Date();
    return { name, pem, updatedAt, version: `${updatedAt.toISOString().slice(0, 19)}Z/${this.#pushes}` };
  }
}

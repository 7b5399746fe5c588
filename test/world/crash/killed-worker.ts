import type { Phase, Stage } from '../../../rotation/plan.ts';
import { everySuch, type HeldRequest } from '../processes/gates.ts';
import { patiently } from '../processes/patiently.ts';
import type { RootRotation } from '../processes/rotation.ts';
import { type Step, stepName, stepUnderWay } from '../processes/stages.ts';
import type { World } from '../processes/world.ts';

type Units = Readonly<Partial<Record<Phase['name'], string>>>;

/** In each phase the steps of one unit, each of another kind of cluster. */
const eachKind: Units = {
  distribute: 'aks-neu-1',
  activate: 'aks-weu-1',
  revoke: 'aks-eus-1',
};

/** A request that is under way when the worker is killed, in which step of which unit, and what becomes of it. */
export interface Blow {
  readonly phase: Phase['name'];
  readonly unit: string;
  /** `signer: write` */
  readonly step: string;
  readonly request: HeldRequest;
  /** A request that was sent may still be done, or be lost. */
  readonly then: 'on' | 'cut';
}

const secrets = { roots: ['root-cert'], chain: ['cert-chain'], signer: ['ca-key', 'ca-cert'] } as const;
const istioNamespace = 'aks-istio-system';

/** What the activity of each proof asks of the API server of its cluster. */
const asked = {
  synced: { verb: 'list', resource: 'secretproviderclasspodstatuses', namespace: istioNamespace },
  loaded: { verb: 'get', resource: 'pods', subresource: 'portforward', namespace: istioNamespace },
  accepted: { verb: 'list', resource: 'pods' },
  secondPlane: { verb: 'list', resource: 'configmaps' },
  converged: { verb: 'get', resource: 'pods', subresource: 'portforward', namespace: 'payments' },
} as const satisfies Readonly<Record<Exclude<Step, 'write'>, object>>;

/** Every step of every phase, and each version of a write of several by itself. */
export function blowsOf({ planned }: RootRotation, units = eachKind): readonly Blow[] {
  return planned.plan.phases.flatMap(({ name: phase, units: all }) => {
    const unit = units[phase] ?? '';
    const stages = all.find((step) => step.unit === unit)?.stages ?? [];
    return stages.flatMap((stage) => requestsOf(stage, unit).map((one) => ({ phase, unit, ...one })));
  });
}

export function requestsOf(
  { name, write, proofs }: Stage,
  cluster: string,
): readonly Omit<Blow, 'phase' | 'unit'>[] {
  const written = (['roots', 'chain', 'signer'] as const).flatMap((part) =>
    write[part] === undefined ? [] : secrets[part],
  );
  return [
    ...written.map((secret) => {
      const lost = secret === 'ca-cert' || secret === 'cert-chain';
      const then: Blow['then'] = lost ? 'cut' : 'on';
      return { step: stepName(name, 'write'), request: { cluster, secret }, then };
    }),
    ...proofs.map((proof) => ({
      step: stepName(name, proof),
      request: { cluster, ...asked[proof] },
      then: 'cut' as const,
    })),
  ];
}

/** Lets every blow fall: each holds its request, kills the worker while it is held, and starts another. */
export async function killAtEveryStep(
  world: World,
  rotation: RootRotation,
  blows: readonly Blow[],
): Promise<void> {
  const { gates } = world;
  const unstopped = () => rotation.goesOn();
  const set = async (index: number) => {
    const next = blows[index];
    if (next !== undefined) await gates.set(String(index), everySuch(next.request));
  };
  await set(0);
  await rotation.start();
  for (const [index, { phase, unit, step, then }] of blows.entries()) {
    await gates.reached(String(index), unstopped);
    await patiently(async () => {
      const found = await stepUnderWay(world.client, rotation.unit(phase, unit));
      if (found !== step)
        throw new Error(`expected ${unit} to be in ${phase} ${step}, it is in ${found ?? 'none'}`);
    });
    await set(index + 1);
    await world.killWorker();
    await gates.open(String(index), then);
    await world.startWorker();
  }
}

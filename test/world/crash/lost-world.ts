import { setTimeout } from 'node:timers/promises';
import type { RootRotation } from '../processes/rotation.ts';
import type { World } from '../processes/world.ts';
import { type Blow, blowsOf } from './killed-worker.ts';

/** Clusters that the others of their phase do not wait for, each of another kind. */
const cutOffUnits = { distribute: 'aks-weu-1', activate: 'aks-eus-1', revoke: 'aks-neu-1' } as const;

/** How long an API server and its vault are away, in milliseconds. */
const away = 30_000;

/**
 * Of each phase the last version written by a stage, which of a signer is its certificate: the set is half-written
 * then. And the look at the first proxies.
 */
function momentsOf(rotation: RootRotation, blows = blowsOf(rotation)): readonly Blow[] {
  return rotation.planned.plan.phases.flatMap(({ name }) => {
    const own = blows.filter(({ phase }) => phase === name);
    const written = own.find(({ request }) => 'secret' in request && request.secret === 'ca-cert') ?? own[0];
    const converging = own.find(({ step }) => step === written?.step.replace('write', 'converged'));
    return [written, converging].filter((blow) => blow !== undefined);
  });
}

/** Kills the Temporal server twice in every phase: what is under way may end before it is back, or not. */
export async function killServer(world: World, rotation: RootRotation): Promise<void> {
  const { gates } = world;
  const unstopped = () => rotation.goesOn();
  const moments = momentsOf(rotation);
  const set = async (index: number) => {
    const next = moments[index];
    if (next !== undefined) await gates.set(String(index), next.request);
  };
  await set(0);
  await rotation.start();
  for (const [index, { step }] of moments.entries()) {
    await gates.reached(String(index), unstopped);
    await set(index + 1);
    await world.killTemporal();
    if (step.endsWith('write')) await gates.open(String(index), 'on');
    await world.startTemporal();
    if (!step.endsWith('write')) await gates.open(String(index), 'cut');
  }
}

/** Cuts the API server and the vault of a cluster off in every phase, in the middle of a write. */
export async function cutOff(world: World, rotation: RootRotation): Promise<void> {
  const { gates } = world;
  const unstopped = () => rotation.goesOn();
  const blows = blowsOf(rotation, cutOffUnits).filter(({ step }) => step.endsWith('write'));
  const moments = momentsOf(rotation, blows);
  for (const [index, { request }] of moments.entries()) await gates.set(String(index), request);
  await rotation.start();
  for (const [index, { unit }] of moments.entries()) {
    await gates.reached(String(index), unstopped);
    await gates.reach(unit, true);
    await gates.open(String(index), 'cut');
    await setTimeout(away);
    await gates.reach(unit, false);
  }
}

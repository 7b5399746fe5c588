import { z } from 'zod';
import type { Blow } from '../crash/killed-worker.ts';
import { Hopeless } from '../processes/patiently.ts';
import type { RootRotation } from '../processes/rotation.ts';
import { stepUnderWay } from '../processes/stages.ts';
import type { World } from '../processes/world.ts';

const ended = z.object({ stderr: z.string() });
const document = z.object({ id: z.string() });
const override = [
  ...['--override', 'HELD_BY_OTHER_ROTATION'],
  ...['--reason', 'its server was lost, and no worker of it runs'],
];

/**
 * Lets every blow fall: while its request is under way the worker is killed and the server with all that it knew,
 * and a rotation to the same root is begun anew, from what is to be seen of the clusters.
 */
export async function wipeAtEvery(
  blows: readonly Blow[],
  world: World,
  rotation: RootRotation,
): Promise<void> {
  await begin(world, rotation);
  for (const [index, blow] of blows.entries()) {
    const gate = await underWay(world, rotation, { blow, name: String(index) });
    await world.killWorker();
    await world.killTemporal();
    await world.gates.open(gate, blow.then);
    await world.startAnew();
    const { held } = await begin(world, rotation);
    // The set was being written, under a lease: nobody else may write it unasked.
    if (blow.step.endsWith('write') && !held) throw new Error(`expected a lease after ${blow.step}`);
  }
}

/** Holds the blow's request in the blow's step; others like it, as the looks before a write send, go through. */
async function underWay(
  world: World,
  rotation: RootRotation,
  { blow, name }: { readonly blow: Blow; readonly name: string },
): Promise<string> {
  const { gates, client } = world;
  const { phase, unit, step, request } = blow;
  const goesOn = async () => {
    const progress = await rotation.goesOn();
    if (progress?.state === 'completed') throw new Hopeless(`it completed without ${phase} ${step}`);
  };
  let gate = name;
  await gates.set(gate, request);
  for (let held = 1; ; held += 1) {
    await gates.reached(gate, goesOn);
    if ((await stepUnderWay(client, rotation.unit(phase, unit))) === step) return gate;
    const next = `${name}-${held}`;
    await gates.set(next, request);
    await gates.open(gate, 'on');
    gate = next;
  }
}

/** As an operator who knows that no worker of the lost rotation runs: what it left half-written is taken over. */
async function begin(world: World, rotation: RootRotation): Promise<{ readonly held: boolean }> {
  const words = [...rotation.startWords, '-o', 'json'];
  const refusal = await world.meshturn(...words).then(
    ({ stdout }) => {
      rotation.begunAnew(document.parse(JSON.parse(stdout)).id);
    },
    (error: unknown) => ended.parse(error).stderr,
  );
  if (refusal === undefined) return { held: false };
  if (!refusal.includes('HELD_BY_OTHER_ROTATION')) throw new Error(refusal);
  const { stdout } = await world.meshturn(...words, ...override);
  rotation.begunAnew(document.parse(JSON.parse(stdout)).id);
  return { held: true };
}

import { setTimeout } from 'node:timers/promises';
import type { RotationProgress } from '../../rotation/progress.ts';
import type { MeshName, Rotations } from '../rotations.ts';

const answerLimitMs = 60_000;
const betweenLooksMs = 200;

/**
 * A rotation that has ended, told by the worker of this process: it goes through all of it once more to answer, which
 * takes longer than one look waits where the machine does much else.
 */
export async function progressAtEnd(
  { look }: Pick<Rotations, 'look'>,
  name: MeshName,
  limitMs = answerLimitMs,
): Promise<RotationProgress> {
  const limit = performance.now() + limitMs;
  for (;;) {
    const seen = await look(name);
    if (seen.kind === 'live') return seen.progress;
    if (performance.now() > limit) throw new Error('the rotation ended and its worker does not answer');
    await setTimeout(betweenLooksMs);
  }
}

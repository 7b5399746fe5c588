import { type UnitInput } from '../rotation/messages.ts';
import { Problem } from '../problems/problem.ts';
import { looks } from './calls.ts';
import { failWith } from './stop-reason.ts';

/** A unit writes for its rotation only: one that was ended by hand must leave nothing that goes on writing. */
export async function demandRotation({ fleet, mesh, rotationId, parent }: UnitInput): Promise<void> {
  const summary = 'ask whether the rotation still runs';
  const { running, status } = await looks().describeRotation.executeWithOptions({ summary }, [
    { fleet, mesh, rotationId },
  ]);
  if (running) return;
  throw failWith(
    new Problem('ROTATION_ENDED', { object: `${parent}, rotation ${rotationId}`, found: status }),
  );
}

import { CancellationScope, isCancellation, log } from '@temporalio/workflow';
import { withKeysLeft } from '../rotation/keys-left.ts';
import type { RotationInput } from '../rotation/messages.ts';
import { takesOver } from '../rotation/own-lease.ts';
import { type MeshShape, reachOf } from '../rotation/shape.ts';
import { issuerOf } from '../rotation/wanted.ts';
import { brief, type Calls, looks } from './calls.ts';
import type { RotationRun } from './rotation-run.ts';
import { now } from './stage-context.ts';
import { stopReason } from './stop-reason.ts';
import { toTheEnd } from './to-the-end.ts';

/** Units of which what is staged is disposed of at a time. */
const disposedTogether = 20;

/** Housekeeping keeps nobody longer, however many units there are. */
const limit = '1 minute';

/**
 * The rotation whose staged sets are to be disposed of at the end of this one; undefined where there are none. Of one
 * that has ended the fleet file tells its way back whether anybody issued for it.
 */
export function stagedBy({ rotationId, ca, turned }: Pick<RotationInput, 'rotationId' | 'ca' | 'turned'>) {
  if (!('before' in ca)) return issuerOf(ca) === undefined ? undefined : rotationId;
  const isStaged = turned === undefined ? ca.issued : turned.staged;
  return isStaged === true ? ca.before : undefined;
}

/** Nothing of it is to be written any more: makes what every unit has staged unreadable. */
export async function disposeStaged(input: RotationInput, shape: MeshShape | undefined): Promise<void> {
  await dispose(input, shape, looks, () => undefined);
}

/**
 * The same where nothing may keep the mesh from being led to safety, and within a minute. Resolves with the units of
 * which it was not possible.
 */
export async function disposeIfAble(
  input: RotationInput,
  shape: MeshShape | undefined,
): Promise<readonly string[]> {
  if (stagedBy(input) === undefined) return [];
  const left = new Set(shape?.units.map(({ unit }) => unit));
  const done = (unit: string) => {
    left.delete(unit);
  };
  try {
    await CancellationScope.withTimeout(limit, () => dispose(input, shape, brief, done));
  } catch (error) {
    // An abort cuts it off as all else, and disposes once more.
    if (CancellationScope.current().consideredCancelled) throw error;
    if (!isCancellation(error) && stopReason(error, now()) === undefined) throw error;
    log.warn('keys of a rotation that is over stay, and what leads the mesh to safety goes on', { error });
  }
  return [...left];
}

/** @param units whose staged keys nobody could dispose of; those that have left the mesh are known */
export function tellKeysLeft(run: Pick<RotationRun, 'progress' | 'cas'>, units: readonly string[]): void {
  run.progress = withKeysLeft(run.progress, [...units, ...run.cas.gone()]);
}

/** @param shape undefined where nothing was staged yet */
async function dispose(
  input: RotationInput,
  shape: MeshShape | undefined,
  calls: (reach: string | undefined) => Calls,
  done: (unit: string) => void,
): Promise<void> {
  const rotationId = stagedBy(input);
  if (rotationId === undefined || shape === undefined) return;
  const { fleet, mesh, policy, turned } = input;
  const takesAll = takesOver(policy) || turned?.tookOver === true;
  const of = { fleet, mesh, rotationId, ...(takesAll ? { takeOver: true } : {}) };
  await toTheEnd('all the others', shape.units, disposedTogether, async (shaped) => {
    const { unit, controlPlanes } = shaped;
    const summary = `dispose of what is staged for ${unit}`;
    const { disposeStaged: disposing } = calls(reachOf(shaped));
    await disposing.executeWithOptions({ summary }, [{ ...of, unit, controlPlanes }]);
    done(unit);
  });
}

import { log } from '@temporalio/workflow';
import type { IssuedCa, Lasting } from '../activities/issuer/contract.ts';
import type { ProblemCode } from '../problems/registry.ts';
import type { RotationInput } from '../rotation/messages.ts';
import { takesOver } from '../rotation/own-lease.ts';
import { type MeshShape, reachOf } from '../rotation/shape.ts';
import { inGroups, sideBySide } from '../rotation/side-by-side.ts';
import type { CaRef } from '../rotation/wanted.ts';
import { brief, type Calls, looks, untilEnded } from './calls.ts';
import { few, surveyMesh } from './observe-mesh.ts';
import type { RotationRun } from './rotation-run.ts';
import { now } from './stage-context.ts';
import { stopReason } from './stop-reason.ts';

/** Units whose intermediates one activity makes: as many requests for keys of RSA 4096 stay below 16 KB. */
const unitsTogether = 8;
/** Such activities at a time. */
const callsAtOnce = 2;
/** Units of which what is staged is disposed of at a time. */
const disposedTogether = 10;

/** A new CA that an issuer makes; undefined where nobody need. */
export function issuedCaOf(ca: CaRef): IssuedCa | undefined {
  return 'before' in ca || ca.issuer === undefined ? undefined : { ...ca, issuer: ca.issuer };
}

/**
 * Has the intermediate of every unit made where it will be written, or reads again what waits for its certificate: of
 * the mesh as it is now, since a unit may be no more, or new.
 */
export async function stageCas(input: RotationInput, ca: IssuedCa, run: RotationRun): Promise<void> {
  const { fleet, mesh, rotationId, policy } = input;
  const { cas } = run;
  const shape = await surveyMesh({ fleet, mesh });
  cas.surveyed(shape);
  run.ground = run.ground && { ...run.ground, shape };
  cas.reading();
  const of = { fleet, mesh, rotationId, ca, ...(takesOver(policy) ? { takeOver: true } : {}) };
  const groups = inGroups(cas.open(), unitsTogether, reachOf);
  // Nobody is asked for more once one was refused; what is there is read, whichever cannot be.
  const afterFailure = cas.staged ? 'all the others' : 'nothing more';
  await toTheEnd(afterFailure, groups, callsAtOnce, async ({ kind: reach, items }) => {
    const summary = `make new intermediates, and put them beside the CA sources: ${few(items.map(({ unit }) => unit))}`;
    const units = items.map(({ unit, controlPlanes }) => {
      const publicKey = cas.publicKeyOf(unit);
      const asked = publicKey === undefined ? {} : { publicKey };
      return { unit, controlPlanes, ...asked, lasts: lastsOf(input, run, unit) };
    });
    // A command that issues may take minutes.
    const { requests } = await untilEnded(reach).stageCas.executeWithOptions({ summary }, [{ ...of, units }]);
    const asked = new Map(requests.map((request) => [request.unit, request]));
    for (const { unit } of items) cas.heard(unit, asked.get(unit));
  });
  cas.wholeNow();
}

/** How long the certificate of a unit is to last, as far as nobody has decided to do with less. */
export function lastsOf({ policy }: RotationInput, { cas }: RotationRun, unit: string): Lasting {
  const { expectedSeconds: rotation, overrides } = policy;
  const isOverridden = (code: ProblemCode) => overrides.some(({ invariant }) => invariant === code);
  const leaf = cas.leafLifeOf(unit);
  return {
    ...(isOverridden('EXPIRES_BEFORE_END') ? {} : { rotation }),
    ...(leaf === undefined || isOverridden('CERT_OUTLIVED_BY_LEAVES') ? {} : { leaf }),
  };
}

/** Nothing of it is to be written any more: makes what every unit has staged unreadable. */
export async function disposeStaged(input: RotationInput, shape: MeshShape | undefined): Promise<void> {
  await dispose(input, shape, looks);
}

/** The same where nothing may keep the mesh from being led to safety: what cannot be disposed of stays, and is told. */
export async function disposeIfAble(input: RotationInput, shape: MeshShape | undefined): Promise<void> {
  try {
    await dispose(input, shape, brief);
  } catch (error) {
    if (stopReason(error, now()) === undefined) throw error;
    log.warn('what was staged of the new CA stays, and what leads the mesh to safety goes on', { error });
  }
}

/** @param shape undefined where nothing was staged yet */
async function dispose(
  { fleet, mesh, rotationId, ca, policy }: RotationInput,
  shape: MeshShape | undefined,
  calls: (reach: string | undefined) => Calls,
): Promise<void> {
  if (issuedCaOf(ca) === undefined || shape === undefined) return;
  const of = { fleet, mesh, rotationId, ...(takesOver(policy) ? { takeOver: true } : {}) };
  await toTheEnd('all the others', shape.units, disposedTogether, async (unit) => {
    const { controlPlanes } = unit;
    const summary = `dispose of what is staged for ${unit.unit}`;
    await calls(reachOf(unit)).disposeStaged.executeWithOptions({ summary }, [
      { ...of, unit: unit.unit, controlPlanes },
    ]);
  });
}

/** As `sideBySide`, but fails only once nothing is under way any more, with the first failure. */
async function toTheEnd<T>(
  afterFailure: 'nothing more' | 'all the others',
  items: readonly T[],
  width: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  await sideBySide(items, width, async (item) => {
    if (failures.length > 0 && afterFailure === 'nothing more') return;
    try {
      await act(item);
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
}

import { log } from '@temporalio/workflow';
import type { IssuedCa } from '../activities/issuer/contract.ts';
import type { RotationInput } from '../rotation/messages.ts';
import { takesOver } from '../rotation/own-lease.ts';
import type { CertRequest } from '../rotation/requests.ts';
import { reachOf, type UnitShape } from '../rotation/shape.ts';
import { sideBySide } from '../rotation/side-by-side.ts';
import type { CaRef } from '../rotation/wanted.ts';
import { brief, type Calls, heartbeatingLooks, looks } from './calls.ts';
import { surveyMesh } from './observe-mesh.ts';
import { now } from './stage-context.ts';
import { stopReason } from './stop-reason.ts';
import type { Ground } from './unit-children.ts';

/** Units whose intermediates are made at a time. */
const unitsTogether = 10;

/** A new CA that an issuer makes; undefined where nobody need. */
export function issuedCaOf(ca: CaRef): IssuedCa | undefined {
  return 'before' in ca || ca.issuer === undefined ? undefined : { ...ca, issuer: ca.issuer };
}

/** A request that waits for its certificate, and the unit whose CA source holds the key. */
export interface WaitingRequest extends CertRequest {
  readonly shape: UnitShape;
}

/** Has the intermediate of every unit made where it will be written; adds what waits for its certificate. */
export async function stageCas(
  input: RotationInput,
  ca: IssuedCa,
  requests: Map<string, WaitingRequest>,
): Promise<void> {
  const { fleet, mesh, rotationId, policy } = input;
  const { units } = await surveyMesh({ fleet, mesh });
  const of = { fleet, mesh, rotationId, ca, ...(takesOver(policy) ? { takeOver: true } : {}) };
  await sideBySide(units, unitsTogether, async (shape) => {
    const { unit, controlPlanes } = shape;
    const summary = `make the new intermediate of ${unit}, and put it beside its CA source`;
    // A command that issues may take minutes.
    const { stageCa } = heartbeatingLooks(reachOf(shape));
    const { request } = await stageCa.executeWithOptions({ summary }, [{ ...of, unit, controlPlanes }]);
    if (request !== undefined) requests.set(request.publicKey, { ...request, shape });
  });
}

/** Nothing of it is to be written any more: makes what every unit has staged unreadable. */
export async function disposeStaged(input: RotationInput, ground: Ground | undefined): Promise<void> {
  await dispose(input, ground, looks);
}

/** The same where nothing may keep the mesh from being led to safety: what cannot be disposed of stays, and is told. */
export async function disposeIfAble(input: RotationInput, ground: Ground | undefined): Promise<void> {
  try {
    await dispose(input, ground, brief);
  } catch (error) {
    if (stopReason(error, now()) === undefined) throw error;
    log.warn('what was staged of the new CA stays, and what leads the mesh to safety goes on', { error });
  }
}

/** @param ground undefined where the mesh was not read yet, or only by a run before this one */
async function dispose(
  { fleet, mesh, rotationId, ca }: RotationInput,
  ground: Ground | undefined,
  calls: (reach: string | undefined) => Calls,
): Promise<void> {
  if (issuedCaOf(ca) === undefined) return;
  const { units } = ground?.shape ?? (await surveyMesh({ fleet, mesh }));
  await sideBySide(units, unitsTogether, async (shape) => {
    const { unit, controlPlanes } = shape;
    const summary = `dispose of what is staged for ${unit}`;
    await calls(reachOf(shape)).disposeStaged.executeWithOptions({ summary }, [
      { fleet, mesh, rotationId, unit, controlPlanes },
    ]);
  });
}

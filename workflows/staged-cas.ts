import type { IssuedCa, Lasting } from '../activities/issuer/contract.ts';
import type { ProblemCode } from '../problems/registry.ts';
import type { RotationInput } from '../rotation/messages.ts';
import { takesOver } from '../rotation/own-lease.ts';
import { reachOf } from '../rotation/shape.ts';
import { inGroups } from '../rotation/side-by-side.ts';
import type { CaRef } from '../rotation/wanted.ts';
import { untilEnded } from './calls.ts';
import { few, surveyMesh } from './observe-mesh.ts';
import type { RotationRun } from './rotation-run.ts';
import { toTheEnd } from './to-the-end.ts';

/** Units whose intermediates one activity makes: as many requests for keys of RSA 4096 stay below 16 KB. */
const unitsTogether = 8;
/** Such activities at a time. */
const callsAtOnce = 2;

/**
 * A worker runs one command at a time, each for 15 minutes at most, and 16 of each of its rotations may wait: that goes
 * on beyond what ends other activities, and is heard of all the while.
 */
const commandsLimit = { startToCloseTimeout: '1 day' } as const;

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
    const options = { summary, ...(ca.issuer === 'command' ? commandsLimit : {}) };
    const { requests } = await untilEnded(reach).stageCas.executeWithOptions(options, [{ ...of, units }]);
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

import { Problem } from '../problems/problem.ts';
import { isProblemCode } from '../problems/registry.ts';
import { foreignBefore } from '../rotation/foreign-before.ts';
import type { UnitInput } from '../rotation/messages.ts';
import type { Stage } from '../rotation/plan.ts';
import { reachOf } from '../rotation/shape.ts';
import type { ObservedUnit } from '../rotation/observed.ts';
import { onlyReads } from '../rotation/one-write.ts';
import { overridableOf } from '../rotation/overridable.ts';
import { leasesOf } from '../rotation/own-lease.ts';
import { putBack, type SourceDifference } from '../rotation/source-differences.ts';
import { standingAgainst } from '../rotation/standing-against.ts';
import { rolledBackBy, type Wanted } from '../rotation/wanted.ts';
import { lacksFacts } from '../rotation/wanted-of-units.ts';
import { heartbeatingLooks, looks } from './calls.ts';
import { now } from './stage-context.ts';
import { failWith } from './stop-reason.ts';

/**
 * A unit writes, and restarts workloads, for its rotation only: one that was ended by hand must leave nothing that goes
 * on with either.
 */
export async function demandRotation(input: UnitInput): Promise<void> {
  const { fleet, mesh, rotationId, parent, limits } = input;
  const summary = 'ask whether the rotation still runs';
  const { running, status } = await looks(undefined, limits.heartbeat).describeRotation.executeWithOptions(
    { summary },
    [{ fleet, mesh, rotationId }],
  );
  if (running) return;
  throw failWith(
    new Problem('ROTATION_ENDED', { object: `${parent}, rotation ${rotationId}`, found: status }),
  );
}

/** Asks the invariants again right before a write, of the unit as it is now: its plan may be days old. */
export async function demandInvariants(input: UnitInput, stage: Stage): Promise<void> {
  if (onlyReads(stage.write)) return;
  const { fleet, mesh, rotationId, ca, policy, step } = input;
  const { observeUnit } = heartbeatingLooks(reachOf(input.shape), input.limits.heartbeat);
  const summary = `look at ${step.unit} once more before the write`;
  const unit = await observeUnit.executeWithOptions({ summary }, [
    { fleet, mesh, unit: step.unit, controlPlanes: step.controlPlanes },
  ]);
  const wanted = await withFacts(input, unit);
  const foreign = foreignBefore(unit, step, wanted.certificates);
  // Of what others wrote the invariants would ask as if it were ours.
  if (foreign.length > 0) throw failWith(changedByOther(`${step.unit} before ${stage.name}`, unit, foreign));
  const leases = leasesOf(rotationId, rolledBackBy(ca));
  const violations = standingAgainst({ unit, stage, wanted, policy, leases, at: now() });
  const [first] = violations;
  if (first === undefined) return;
  throw failWith(
    new Problem(isProblemCode(first.code) ? first.code : 'INVARIANT_VIOLATED', {
      object: `${step.unit} before ${stage.name}`,
      found: violations.map(({ code, text }) => `${code}: ${text}`).join('; '),
      hint: first.mend,
      overridable: overridableOf(violations),
    }),
  );
}

function changedByOther(
  object: string,
  { source }: ObservedUnit,
  differences: readonly SourceDifference[],
): Problem {
  const parts = differences.flatMap((difference) => difference.parts);
  return new Problem('SOURCE_CHANGED_BY_OTHER', {
    object,
    expected: differences.map(({ expected }) => expected).join('; '),
    found: differences.map(({ found }) => found).join('; '),
    hint: putBack(source.place, parts, 'when istiod has loaded that: meshturn rotation retry …'),
  });
}

/** A rotation of many units leaves the facts on their new certificates behind when it continues as new. */
async function withFacts(
  { fleet, mesh, rotationId, ca, step, shape, wanted, limits }: UnitInput,
  unit: ObservedUnit,
): Promise<Wanted> {
  if (!lacksFacts(wanted, unit)) return wanted;
  const named = { unit: step.unit, controlPlanes: step.controlPlanes };
  const summary = `read the new CA of ${step.unit} once more`;
  const { inspectCa } = looks(reachOf(shape), limits.heartbeat);
  const of = { fleet, mesh, ca, rotationId };
  const read = await inspectCa.executeWithOptions({ summary }, [{ ...of, units: [named] }]);
  return { ...wanted, certificates: [...wanted.certificates, ...read.certificates] };
}

import {
  type SearchAttributePair,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  startChild,
  workflowInfo,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { type Hold, type RotationInput, type UnitInput, unitWorkflowId } from '../rotation/messages.ts';
import type { PhaseName, UnitStep } from '../rotation/plan.ts';
import { policyNow } from '../rotation/policy-now.ts';
import type { Reliance } from '../rotation/reliance.ts';
import type { MeshShape } from '../rotation/shape.ts';
import type { Wanted } from '../rotation/wanted.ts';
import { wantedOfUnits } from '../rotation/wanted-of-units.ts';
import { advanceUnit } from './advance-unit.ts';
import { searchAttributes } from './search-attributes.ts';
import { holdUnit, resumeUnit, type ResumeRequest } from './signals.ts';

/** What the phase under way was planned from. */
export interface Ground {
  readonly shape: MeshShape;
  readonly wanted: Wanted;
}

/** The same with what its safety hangs on, of which each unit tells by itself. */
interface Start extends Ground {
  readonly reliance: Reliance;
  /** Of the unit, by cluster. */
  readonly doubts: Readonly<Record<string, readonly string[]>>;
}

/**
 * Starts a unit's step as a workflow that outlives this run; one that runs already is taken as it is. A command that
 * cuts the rotation off does not cut off the start, nor the unit.
 */
export async function startUnit(
  input: RotationInput,
  ground: Start,
  phase: PhaseName,
  step: UnitStep,
  hold?: Hold,
): Promise<void> {
  const unit = { ...unitInput(input, ground, phase, step), ...(hold === undefined ? {} : { hold }) };
  await CancellationScope.nonCancellable(() => startWorkflowOf(unit));
}

async function startWorkflowOf(unit: UnitInput): Promise<void> {
  const { phase, step } = unit;
  try {
    await startChild(advanceUnit, {
      workflowId: unitWorkflowId(unit),
      args: [unit],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: `${phase} on ${step.unit}`,
      staticDetails: step.stages.map(({ name, proofs }) => `- ${name}: ${proofs.join(', ')}`).join('\n'),
      typedSearchAttributes: unitAttributes(unit),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    log.info('the unit is under way already', { workflowId: unitWorkflowId(unit) });
  }
}

function unitInput(
  input: RotationInput,
  { shape, wanted, reliance, doubts }: Start,
  phase: PhaseName,
  step: UnitStep,
): UnitInput {
  const { fleet, mesh, rotationId, ca, policy, continueUnitEvery } = input;
  const own = shape.units.find(({ unit }) => unit === step.unit);
  return {
    ...{ fleet, mesh, rotationId, ca, phase, step, policy: policyNow(policy, shape), reliance },
    wanted: wantedOfUnits(wanted, [step.unit]),
    shape: own ?? { unit: step.unit, controlPlanes: step.controlPlanes, clusters: [], cronJob: 'wait' },
    limits: shape.limits,
    parent: workflowInfo().workflowId,
    ...(Object.keys(doubts).length === 0 ? {} : { doubts }),
    ...(continueUnitEvery === undefined ? {} : { continueEvery: continueUnitEvery }),
  };
}

function unitAttributes({ fleet, mesh, ca, phase, step }: UnitInput): TypedSearchAttributes {
  const pairs: SearchAttributePair[] = [
    { key: searchAttributes.fleet, value: fleet },
    { key: searchAttributes.mesh, value: mesh },
    { key: searchAttributes.kind, value: ca.kind },
    { key: searchAttributes.phase, value: phase },
    { key: searchAttributes.cluster, value: [...step.clusters] },
  ];
  return new TypedSearchAttributes(pairs);
}

/** Lets a stopped unit try again. False where its workflow is no more, and cannot be told. */
export async function resume(
  input: RotationInput,
  phase: PhaseName,
  unit: string,
  request: ResumeRequest,
): Promise<boolean> {
  return tell(input, phase, unit, (child) => child.signal(resumeUnit, request));
}

/** Tells a unit what holds it, or that nothing does any more. False where its workflow is no more. */
export async function hold(
  input: RotationInput,
  phase: PhaseName,
  unit: string,
  by: Hold | undefined,
): Promise<boolean> {
  return tell(input, phase, unit, (child) => child.signal(holdUnit, by === undefined ? {} : { hold: by }));
}

async function tell(
  { fleet, mesh, rotationId }: RotationInput,
  phase: PhaseName,
  unit: string,
  say: (child: ReturnType<typeof getExternalWorkflowHandle>) => Promise<void>,
): Promise<boolean> {
  const id = unitWorkflowId({ fleet, mesh, rotationId, phase, step: { unit } });
  try {
    await say(getExternalWorkflowHandle(id));
    return true;
  } catch (error) {
    log.info('the unit has no workflow that could be told', { workflowId: id, error });
    return false;
  }
}

import {
  type SearchAttributePair,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import {
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  startChild,
  workflowInfo,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { type RotationInput, type UnitInput, unitWorkflowId } from '../rotation/messages.ts';
import { type PhaseName, type UnitStep } from '../rotation/plan.ts';
import { type MeshShape } from '../rotation/shape.ts';
import { type Wanted } from '../rotation/wanted.ts';
import { wantedOfUnits } from '../rotation/wanted-of-units.ts';
import { advanceUnit } from './advance-unit.ts';
import { searchAttributes } from './search-attributes.ts';
import { resumeUnit, type ResumeRequest } from './signals.ts';

/** What the phase under way was planned from. */
export interface Ground {
  readonly shape: MeshShape;
  readonly wanted: Wanted;
}

/** Starts a unit's step as a workflow that outlives this run; one that runs already is taken as it is. */
export async function startUnit(
  input: RotationInput,
  ground: Ground,
  phase: PhaseName,
  step: UnitStep,
): Promise<void> {
  const unit = unitInput(input, ground, phase, step);
  try {
    await startChild(advanceUnit, {
      workflowId: unitWorkflowId(unit),
      args: [unit],
      parentClosePolicy: ParentClosePolicy.ABANDON,
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
  { shape, wanted }: Ground,
  phase: PhaseName,
  step: UnitStep,
): UnitInput {
  const { fleet, mesh, rotationId, ca, policy, continueUnitEvery } = input;
  const own = shape.units.find(({ unit }) => unit === step.unit);
  return {
    ...{ fleet, mesh, rotationId, ca, phase, step, policy },
    wanted: wantedOfUnits(wanted, [step.unit]),
    shape: own ?? { unit: step.unit, controlPlanes: step.controlPlanes, clusters: [], cronJob: 'wait' },
    limits: shape.limits,
    parent: workflowInfo().workflowId,
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

/** False where the unit's workflow is no more, and cannot be told. */
export async function resume(
  { fleet, mesh, rotationId }: RotationInput,
  phase: PhaseName,
  unit: string,
  request: ResumeRequest,
): Promise<boolean> {
  const id = unitWorkflowId({ fleet, mesh, rotationId, phase, step: { unit } });
  try {
    await getExternalWorkflowHandle(id).signal(resumeUnit, request);
    return true;
  } catch (error) {
    log.info('the unit has no workflow to go on with', { workflowId: id, error });
    return false;
  }
}

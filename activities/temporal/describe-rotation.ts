import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import { rotationWorkflowId } from '../../rotation/messages.ts';
import type { MeshRef, RotationStanding } from '../contract.ts';
import { goesOn } from './goes-on.ts';

/** What a rotation's memo says of itself before it starts any unit, and from the start of each run after the first. */
const memoShape = z.object({ meshturn: z.object({ id: z.string() }) });

/**
 * A mesh has one rotation at a time, under one workflow id: which one runs is told by its memo. One that has said
 * nothing of itself yet has only just started, and is not the one whose unit asks.
 */
export async function describeRotation(
  client: Client,
  { fleet, mesh, rotationId }: MeshRef & { readonly rotationId: string },
): Promise<RotationStanding> {
  const id = rotationWorkflowId(fleet, mesh);
  try {
    const { status, memo } = await client.workflow.getHandle(id).describe();
    const told = memoShape.safeParse(memo);
    const found = told.success ? told.data.meshturn.id : 'that has only just started';
    if (found !== rotationId) return { running: false, status: `rotation ${found} in its place` };
    return { running: goesOn(status.name), status: status.name };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { running: false, status: 'NOT_FOUND' };
    throw error;
  }
}

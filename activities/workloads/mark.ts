import type { ClusterStageRef } from '../contract.ts';

/** On the template of an owner, and so on every pod made from it: the stage for which it was restarted. */
export const markAnnotation = 'meshturn.io/rotation';

/** @param repeat how often the stage was begun anew before */
export function markOf({
  rotationId,
  phase,
  stage,
  repeat = 0,
}: ClusterStageRef & { readonly repeat?: number }): string {
  const name = `${rotationId}/${phase}/${stage}`;
  return repeat === 0 ? name : `${name}/${repeat}`;
}

import { answerTo } from '../../rotation/commands.ts';
import { hasEnded } from '../../rotation/course.ts';
import type { RotationProgress } from '../../rotation/progress.ts';

type Rotation = Pick<RotationProgress, 'fleet' | 'mesh' | 'state' | 'rollsBack'>;

/** What leads on after a rotation that ended short of its goal. A start with the same roots would turn a way back. */
export function nextRotation({ fleet, mesh, state, rollsBack }: Rotation): string {
  if (rollsBack === undefined) return 'meshturn rotation start … with the same --root or --intermediate';
  const named = 'accepted' in answerTo('rollback', state) ? '' : ` --rotation ${rollsBack}`;
  return `meshturn rotation rollback ${fleet}/${mesh} -f …${named}`;
}

/** What to type, line by line, so that a stop goes on; nothing in a rotation that has ended. */
export function retryLines({ fleet, mesh, state }: Rotation, cluster?: string): readonly string[] {
  if (hasEnded({ state })) return [];
  const name = `${fleet}/${mesh}`;
  const only = cluster === undefined ? '' : ` --cluster ${cluster}`;
  return [
    ...('accepted' in answerTo('resume', state) ? [`meshturn rotation resume ${name}`] : []),
    `meshturn rotation retry ${name}${only}`,
  ];
}

import type { ControlPlane, ValidatorCronJob } from './control-plane.ts';
import type { Warning } from './warning.ts';

/** A CronJob that is behind by so many of its intervals is late. */
const lateAfter = 2;

/** What is to be known of the validator CronJob before a rotation relies on it. */
export function cronJobWarnings(
  { cluster, cronJob }: Pick<ControlPlane, 'cluster' | 'cronJob'>,
  now: Date,
): readonly Warning[] {
  if (cronJob === undefined) return [];
  if (cronJob.suspended) {
    return [{ code: 'CRONJOB_SUSPENDED', cluster, text: `CronJob ${cronJob.name} is suspended` }];
  }
  const interval = intervalOf(cronJob);
  const { lastSchedule } = cronJob;
  if (interval === undefined || lastSchedule === undefined) return [];
  const behind = now.getTime() - lastSchedule.getTime();
  if (behind <= lateAfter * interval * 1000) return [];
  const text = `CronJob ${cronJob.name} last ran ${minutes(behind / 1000)} min ago, expected every ${minutes(interval)} min`;
  return [{ code: 'CRONJOB_LATE', cluster, text }];
}

/** In seconds, for schedules that say `every N minutes` as the add-on's does. */
export function intervalOf({ schedule }: Pick<ValidatorCronJob, 'schedule'>): number | undefined {
  const every = /^\*\/(\d+) \* \* \* \*$/.exec(schedule)?.[1];
  return every === undefined ? undefined : Number(every) * 60;
}

function minutes(seconds: number): number {
  return Math.floor(seconds / 60);
}

import type { ControlPlane } from './control-plane.ts';
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
  const interval = intervalOf(cronJob.schedule);
  const { lastSchedule } = cronJob;
  if (interval === undefined || lastSchedule === undefined) return [];
  const behind = now.getTime() - lastSchedule.getTime();
  if (behind <= lateAfter * interval) return [];
  const text = `CronJob ${cronJob.name} (${cronJob.schedule}) last ran at ${lastSchedule.toISOString()}`;
  return [{ code: 'CRONJOB_LATE', cluster, text }];
}

/** In milliseconds, for schedules that say `every N minutes` as the add-on's does. */
function intervalOf(schedule: string): number | undefined {
  const minutes = /^\*\/(\d+) \* \* \* \*$/.exec(schedule)?.[1];
  return minutes === undefined ? undefined : Number(minutes) * 60_000;
}

import { describe, expect, test } from 'vitest';
import { cronJobWarnings } from '../../../activities/istiod/cron-job-warnings.ts';

const now = new Date('2026-11-21T12:00:00Z');
const cronJob = {
  name: 'istio-cert-validator-cronjob-asm-1-17',
  schedule: '*/10 * * * *',
  suspended: false,
  lastSchedule: new Date('2026-11-21T11:50:00Z'),
  lastSuccess: undefined,
};
const warnings = (changed: Partial<typeof cronJob>) =>
  cronJobWarnings({ cluster: 'west', cronJob: { ...cronJob, ...changed } }, now);
const codes = (changed: Partial<typeof cronJob>) => warnings(changed).map(({ code }) => code);

describe('the validator CronJob', () => {
  test('is worth no warning while it runs by its schedule', () => {
    expect(codes({})).toEqual([]);
  });

  test('is late when it has missed two of its runs', () => {
    expect(codes({ lastSchedule: new Date('2026-11-21T11:40:00Z') })).toEqual([]);
    expect(warnings({ lastSchedule: new Date('2026-11-21T11:39:00Z') })).toEqual([
      {
        ...{ code: 'CRONJOB_LATE', cluster: 'west' },
        text: 'CronJob istio-cert-validator-cronjob-asm-1-17 last ran 21 min ago, expected every 10 min',
      },
    ]);
  });

  test('is warned of while suspended', () => {
    expect(codes({ suspended: true })).toEqual(['CRONJOB_SUSPENDED']);
  });

  test('is not judged by a schedule of another form', () => {
    const lastSchedule = new Date('2026-11-20T00:00:00Z');
    expect(codes({ schedule: '0 3 * * *', lastSchedule })).toEqual([]);
  });

  test('is no subject where there is none', () => {
    expect(cronJobWarnings({ cluster: 'west', cronJob: undefined }, now)).toEqual([]);
  });
});

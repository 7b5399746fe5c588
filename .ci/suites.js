/** Seconds that what a suite needs is stated to take, cold and beside the suites before it. */
export const installs = 1_200;

/**
 * The suites beside `npm test`: each an npm script of vitest's, and the seconds that it is stated to take. One that
 * fails, tests nothing or takes twice as long fails the build. They run one after another, in this order; those that
 * `wait`, far more than they work, run beside the others, likewise. What a suite `needs` is an npm script that is begun
 * with the first, and yields to all; those that wait begin when it has ended, and the processors have time for them.
 */
export const suites = [
  { script: 'test:server', seconds: 110 },
  { script: 'test:demo', seconds: 120 },
  { script: 'test:issuers', seconds: 90 },
  { script: 'test:crash', seconds: 170 },
  { script: 'test:rollback', seconds: 200 },
  { script: 'test:foreign', seconds: 130 },
  { script: 'test:faults', seconds: 300 },
  { script: 'test:wiped', seconds: 230 },
  { script: 'test:ui', seconds: 100 },
  { script: 'test:time', seconds: 200, waits: true },
  { script: 'test:reach', seconds: 390, waits: true },
  { script: 'test:lab', seconds: 490, needs: 'lab:install' },
];

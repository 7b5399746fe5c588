/**
 * The test files that run for half a minute and more, the longest first. A run that does not know how long files take,
 * as the first one after a clone, starts these before all others, so that none of them is left for its end.
 */
export const longestFiles: readonly string[] = [
  'test/cli/temporal-rotations.test.ts',
  'test/workflows/continue-as-new.test.ts',
  'test/cli/process.test.ts',
  'test/workflows/keep-watch.test.ts',
  'test/sim/prober/whole-rotation.test.ts',
  'test/workflows/rollback.test.ts',
  'test/workflows/control.test.ts',
  'test/workflows/stops.test.ts',
  'test/workflows/foreign-hands.test.ts',
  'test/workflows/stand-still.test.ts',
];

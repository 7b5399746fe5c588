/** Tests that take minutes, on a Temporal server in real time or in processes of their own: a suite beside the others. */
export const onServer: readonly string[] = [
  'test/cli/process.test.ts',
  'test/cli/temporal-certificates.test.ts',
  'test/cli/temporal-rotations.test.ts',
  'test/workflows/bounds.test.ts',
];

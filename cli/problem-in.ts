import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { Problem } from '../problems/problem.ts';
import { isProblemCode } from '../problems/registry.ts';

const report = z.object({
  object: z.string(),
  expected: z.string().exactOptional(),
  found: z.string().exactOptional(),
  hint: z.string().exactOptional(),
});

/** A problem that crossed Temporal as a failure, as the problem it was; anything else as it is. */
export function problemIn(error: unknown): unknown {
  if (error instanceof ApplicationFailure) {
    const code = error.type ?? '';
    const details = report.safeParse(error.details?.[0]);
    if (isProblemCode(code) && details.success) return new Problem(code, details.data, { cause: error });
  }
  const { cause } = error instanceof Error && !(error instanceof Problem) ? error : {};
  return cause === undefined ? error : (innermost(problemIn(cause)) ?? error);
}

function innermost(error: unknown): Problem | undefined {
  return error instanceof Problem ? error : undefined;
}

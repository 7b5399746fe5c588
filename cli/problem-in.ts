import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { Problem } from '../problems/problem.ts';
import { Problems } from '../problems/problems.ts';
import { isProblemCode, type ProblemCode } from '../problems/registry.ts';

const details = z.object({
  object: z.string(),
  expected: z.string().exactOptional(),
  found: z.string().exactOptional(),
  hint: z.string().exactOptional(),
});
const code = z.custom<ProblemCode>((value) => typeof value === 'string' && isProblemCode(value));
const report = details.extend({ parts: z.array(details.extend({ code })).exactOptional() });

/** A problem that crossed Temporal as a failure, as the problem it was; anything else as it is. */
export function problemIn(error: unknown): unknown {
  if (error instanceof ApplicationFailure) {
    const type = code.safeParse(error.type);
    const told = report.safeParse(error.details?.[0]);
    if (type.success && told.success) return problemOf(type.data, told.data, error);
  }
  const { cause } = error instanceof Error && !(error instanceof Problem) ? error : {};
  return cause === undefined ? error : (innermost(problemIn(cause)) ?? error);
}

function problemOf(code: ProblemCode, { parts, ...details }: z.output<typeof report>, cause: Error): Problem {
  if (parts === undefined) return new Problem(code, details, { cause });
  return new Problems(
    code,
    details,
    parts.map(({ code, ...part }) => new Problem(code, part)),
  );
}

function innermost(error: unknown): Problem | undefined {
  return error instanceof Problem ? error : undefined;
}

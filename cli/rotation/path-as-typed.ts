import { Problem, type ProblemDetails } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';

/** An error in which a path, absolute for the worker's sake, reads as the person typed it; others as they are. */
export function withPathAsTyped(error: unknown, absolute: string, typed: string): unknown {
  if (!(error instanceof Problem)) return error;
  // `./root-b/` and a file in it is `./root-b/root-cert.pem`.
  const written = typed.replace(/(?<=.)\/+$/, '');
  const changed = (problem: Problem) =>
    new Problem(problem.code, rewritten(problem.details, absolute, written), { cause: problem });
  if (!(error instanceof Problems)) return changed(error);
  return new Problems(error.code, rewritten(error.details, absolute, written), error.parts.map(changed));
}

function rewritten(
  { object, expected, found, hint }: ProblemDetails,
  absolute: string,
  written: string,
): ProblemDetails {
  const change = (text: string) => text.replaceAll(absolute, written);
  return {
    object: change(object),
    ...(expected === undefined ? {} : { expected: change(expected) }),
    ...(found === undefined ? {} : { found: change(found) }),
    ...(hint === undefined ? {} : { hint: change(hint) }),
  };
}

import { type ProblemReport, Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';
import { codes } from '../../problems/registry.ts';

/** What a report needs to be shown; a problem that crossed Temporal is as good as one thrown here. */
type Shown = Pick<ProblemReport, 'code' | 'object' | 'expected' | 'found' | 'hint'>;

/** An error as it goes to stderr, with a newline at the end. */
export function renderError(error: unknown): string {
  if (error instanceof Problems) return `${parts(error)}${summary(error)}`;
  if (error instanceof Problem) return renderProblem(shownOf(error));
  const found = error instanceof Error ? error.message : String(error);
  return renderProblem({ object: 'meshturn', found, code: 'UNEXPECTED', hint: codes.UNEXPECTED.hint });
}

function shownOf({ code, details, hint }: Problem): Shown {
  return { ...details, code, hint };
}

/** A mend that holds for several in a row is told after the last of them. */
function parts({ parts, hint }: Problems): string {
  const next = (index: number) => parts[index + 1]?.hint ?? hint;
  return parts.map((part, index) => renderProblem(shownOf(part), next(index) !== part.hint)).join('');
}

/** `error: object: message [CODE]`, then what was expected and found, then the mend. */
export function renderProblem({ code, object, expected, found, hint }: Shown, hinted = true): string {
  return [
    `error: ${object}: ${codes[code].message}   [${code}]`,
    ...(expected === undefined ? [] : [`  expected ${expected}`]),
    ...(found === undefined ? [] : [`  found    ${found}`]),
    ...(hinted ? [`  hint: ${hint}`] : []),
    '',
  ].join('\n');
}

function summary({ parts, details, hint }: Problems): string {
  const count = details.found ?? `${parts.length} ${parts.length === 1 ? 'error' : 'errors'}`;
  return `${details.object}: ${count}; ${hint}\n`;
}

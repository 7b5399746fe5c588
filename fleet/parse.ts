import { dirname, resolve } from 'node:path';
import { Problem } from '../problems/problem.ts';
import { Problems } from '../problems/problems.ts';
import type { Fleet } from './fleet.ts';
import { issueProblems } from './issues.ts';
import { referenceProblems } from './references.ts';
import { fleetFile } from './schema.ts';
import { SourceText } from './source-text.ts';
import { withDefaults } from './with-defaults.ts';

/**
 * Reads the text of a fleet file. `file` names it in errors, and its folder is where relative paths start.
 * Throws FLEET_FILE_INVALID, whose parts are every error of the file with line and column.
 */
export function parseFleet(text: string, file: string): Fleet {
  const source = new SourceText(text, file);
  refuse(source.syntaxProblems(), file);
  const data = dataOf(source);
  const parsed = fleetFile.safeParse(data);
  const issues = parsed.success ? [] : parsed.error.issues;
  const problems = [
    ...source.doubleKeys(),
    ...issues.flatMap((issue) => issueProblems(issue, source, data)),
    ...referenceProblems(data, source),
  ];
  if (!parsed.success || problems.length > 0) throw invalid(problems, file);
  const path = resolve(file);
  return withDefaults(parsed.data, path, dirname(path));
}

function dataOf(source: SourceText): unknown {
  try {
    return source.data();
  } catch (error) {
    throw error instanceof Problem ? invalid([error], source.file) : error;
  }
}

function refuse(problems: readonly Problem[], file: string): void {
  if (problems.length > 0) throw invalid(problems, file);
}

function invalid(problems: readonly Problem[], file: string): Problems {
  const found = problems.length === 1 ? '1 error' : `${problems.length} errors`;
  return new Problems('FLEET_FILE_INVALID', { object: file, found }, problems.toSorted(bySource));
}

/** Every object begins with `file:line:column`, so numeric collation is the order of the text. */
function bySource(a: Problem, b: Problem): number {
  return a.details.object.localeCompare(b.details.object, 'en', { numeric: true });
}

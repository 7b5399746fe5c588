import { Problem } from '../../problems/problem.ts';
import { readStatus } from './objects.ts';

/** What only somebody can mend is a problem; what passes, an error. */
export function refusal(object: string, status: number, body: unknown): Error {
  const { message } = readStatus(body);
  const found = `${status} ${message}`;
  const passes = status === 429 || status >= 500;
  return passes ? new Error(`${object}: ${found}`) : new Problem('LAB_PROGRAM_REFUSED', { object, found });
}

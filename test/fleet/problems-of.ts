import type { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';

/** The parts of what a call throws; anything but `Problems` goes through. */
export function problemsOf(call: () => unknown): readonly Problem[] {
  try {
    call();
  } catch (error) {
    if (error instanceof Problems) return error.parts;
    throw error;
  }
  return [];
}

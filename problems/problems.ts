import { Problem, type ProblemDetails, type ProblemReport } from './problem.ts';
import type { ProblemCode } from './registry.ts';

/** Several problems found in one look, told all at once. The code is what they amount to together. */
export class Problems extends Problem {
  /** In the order in which a person mends them. */
  readonly parts: readonly Problem[];

  constructor(code: ProblemCode, details: ProblemDetails, parts: readonly Problem[]) {
    super(code, details);
    this.parts = parts;
    this.message = [this.message, ...parts.map((part) => part.message)].join('\n');
  }

  override report(): ProblemReport & { readonly parts: readonly ProblemReport[] } {
    return { ...super.report(), parts: this.parts.map((part) => part.report()) };
  }
}

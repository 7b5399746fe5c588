import { codes, type ProblemCode } from './registry.ts';

/** What was wrong with which object. Never holds key material: values are names, versions, fingerprints. */
export interface ProblemDetails {
  /** The object concerned, as a person would name it: `secret ca-cert in https://kv-a…`, `fleet.yaml:3:5`. */
  readonly object: string;
  readonly expected?: string;
  readonly found?: string;
  /** The next command or mend; takes the place of the registry's hint, which is the general one. */
  readonly hint?: string;
  /** Codes of the violations that are in the way, where a person may override all of them. */
  readonly overridable?: readonly string[];
}

/** A problem as plain data: what crosses Temporal, files and JSON output. */
export interface ProblemReport extends ProblemDetails {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint: string;
}

/**
 * An error a person or a policy can act on. Its code is in the registry, which says whether a retry may
 * help, which exit code the CLI ends with, and where the docs speak of it.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails, options?: ErrorOptions) {
    super(sentence(code, details), options);
    this.code = code;
    this.details = details;
  }

  get hint(): string {
    return this.details.hint ?? codes[this.code].hint;
  }

  get retryable(): boolean {
    return codes[this.code].retryable;
  }

  report(): ProblemReport {
    return { ...this.details, code: this.code, message: this.message, hint: this.hint };
  }
}

function sentence(code: ProblemCode, { object, expected, found }: ProblemDetails): string {
  const facts = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(found === undefined ? [] : [`found ${found}`]),
  ];
  return `${object}: ${codes[code].message}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

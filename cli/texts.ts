import {
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en,
  type ApplicationText,
} from '@stricli/core';
import { nearest } from '../fleet/nearest.ts';
import { Problem, type ProblemDetails } from '../problems/problem.ts';
import { renderError, renderProblem } from './render/problem.ts';

type Formats = Parameters<typeof formatMessageForArgumentScannerError>[1];

/** What the parser of the command line says, in the form of every other error. */
export const texts: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    usage({
      object: 'meshturn',
      expected: 'a command',
      found: input,
      ...meant(corrections.map((one) => one.replaceAll('`', ''))),
    }),
  exceptionWhileParsingArguments: (error) => {
    if (error instanceof ArgumentScannerError) return formatMessageForArgumentScannerError(error, formats);
    return error instanceof Error
      ? usage({ object: 'meshturn', found: error.message })
      : renderError(error).trimEnd();
  },
  exceptionWhileRunningCommand: (error) => renderError(error).trimEnd(),
  exceptionWhileLoadingCommandFunction: (error) => renderError(error).trimEnd(),
  exceptionWhileLoadingCommandContext: (error) => renderError(error).trimEnd(),
};

/** The parser's errors, each taken apart into what was expected and what was found. */
const formats: Formats = {
  ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input, exception }) =>
    exception instanceof Problem
      ? usage(exception.details)
      : usage({ object: argument(name), found: `${input} (${String(exception)})` }),
  EnumValidationError: ({ externalFlagName, input, values }) => {
    const likely = nearest(input, values);
    return usage({
      object: `--${externalFlagName}`,
      expected: `one of ${values.join(', ')}`,
      found: input,
      ...meant(likely === undefined ? [] : [likely]),
    });
  },
  FlagNotFoundError: ({ input, corrections }) =>
    usage({
      object: 'meshturn',
      expected: 'a flag of the command',
      found: `--${input}`,
      ...meant(corrections.map((one) => `--${one}`)),
    }),
  AliasNotFoundError: ({ input }) =>
    usage({ object: 'meshturn', expected: 'a flag of the command', found: `-${input}` }),
  UnsatisfiedFlagError: ({ externalFlagName, nextFlagName }) =>
    usage({
      object: `--${externalFlagName}`,
      expected: 'a value',
      found: nextFlagName === undefined ? 'none' : `--${nextFlagName}`,
    }),
  UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
    usage({
      object: `--${externalFlagName}`,
      expected: 'one value',
      found: `${previousInput} and ${input}`,
    }),
  InvalidNegatedFlagSyntaxError: ({ externalFlagName, valueText }) =>
    usage({ object: `--${externalFlagName}`, expected: 'no value', found: valueText }),
  UnexpectedPositionalError: ({ expectedCount, input }) =>
    usage({
      object: 'meshturn',
      expected: expectedCount === 0 ? 'flags only' : `no more than ${expectedCount} beside its flags`,
      found: input,
    }),
  UnsatisfiedPositionalError: ({ placeholder }) =>
    usage({ object: 'meshturn', expected: placeholder, found: 'nothing' }),
};

/** A flag by its dashes; a placeholder, which is written in capitals, as it is. */
function argument(name: string): string {
  return /^[a-z]/.test(name) ? `--${name}` : name;
}

function meant(corrections: readonly string[]): { hint?: string } {
  return corrections.length === 0 ? {} : { hint: `did you mean ${corrections.join(' or ')}?` };
}

function usage(details: ProblemDetails): string {
  const hint = 'add --help to see what the command takes';
  return renderProblem({ code: 'USAGE', hint, ...details }).trimEnd();
}

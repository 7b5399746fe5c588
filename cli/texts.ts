import { ArgumentScannerError, text_en, type ApplicationText } from '@stricli/core';
import { renderError, renderProblem } from './render/problem.ts';

/** What the parser of the command line says, in the form of every other error. */
export const texts: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    usage(
      `there is no command ${input}`,
      corrections.length > 0
        ? `did you mean ${corrections.join(' or ').replaceAll('`', '')}?`
        : 'see: meshturn --help',
    ),
  exceptionWhileParsingArguments: (error) =>
    error instanceof ArgumentScannerError || error instanceof Error
      ? usage(error.message, 'add --help to see what the command takes')
      : renderError(error).trimEnd(),
  exceptionWhileRunningCommand: (error) => renderError(error).trimEnd(),
  exceptionWhileLoadingCommandFunction: (error) => renderError(error).trimEnd(),
  exceptionWhileLoadingCommandContext: (error) => renderError(error).trimEnd(),
};

function usage(found: string, hint: string): string {
  return renderProblem({ code: 'USAGE', object: 'meshturn', found, hint }).trimEnd();
}

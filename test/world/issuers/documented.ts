import { readFile } from 'node:fs/promises';

/** The commands of the table in docs/issuers.md for an offline issuer, but the start of the rotation. */
export async function documentedSteps(): Promise<readonly string[]> {
  const page = await readFile(new URL('../../../docs/issuers.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('\n## `offline`\n');
  const commands = [...section.matchAll(/^\|[^|]*\| `(meshturn [^`]+)`/gm)].map(
    ([, command = '']) => command,
  );
  const steps = commands.filter((command) => !command.includes('rotation start')).map(placeless);
  if (steps.length !== 4) throw new Error(`expected four commands in the table, found ${steps.length}`);
  return steps;
}

/** What was typed, in the same form, of command lines of the product as processes. */
export function stepsIn(commandLines: readonly string[]): readonly string[] {
  return commandLines.flatMap((line) => {
    const words = /cli\/meshturn\.js (.*)$/.exec(line)?.[1];
    // Nobody is there to be asked for the passphrase.
    return words === undefined ? [] : [placeless(`meshturn ${words.replace(' --passphrase-fd 0', '')}`)];
  });
}

/** Files and folders are elsewhere in every run. */
function placeless(command: string): string {
  return command.replaceAll('"', '').replaceAll(/(?<= )(\.?\/\S+|prod\.yaml)/g, 'PATH');
}

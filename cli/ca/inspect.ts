import { inspectFiles } from '../../activities/inspect/files.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { outputFlag, usage } from '../flags.ts';
import { renderCa } from '../render/ca.ts';
import { caDocument, type CaDocument } from './document.ts';

type Flags = Readonly<{ output: 'text' | 'json' }>;

export const inspect = command<Flags, readonly string[]>({
  brief: 'Show certificates and keys of a CA: what they are, whether they fit together, until when they hold',
  examples: [['./root-b', 'shows a new CA: every file, and whether the sets are whole']],
  parameters: {
    flags: { output: outputFlag },
    aliases: { o: 'output' },
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'A file, or a folder of them', placeholder: 'PATH' },
    },
  },
  async run({ process, now, terminal }, { output }, ...paths) {
    if (paths.length === 0) throw usage('what to inspect', 'PATH', 'nothing');
    const at = now();
    const document = caDocument(await inspectFiles(paths, at), undefined, at);
    process.stdout.write(
      output === 'json'
        ? `${JSON.stringify(document, undefined, 2)}\n`
        : renderCa(document, at, terminal?.columns),
    );
    return isSound(document) ? exit.ok : exit.foundProblems;
  },
});

function isSound({ places, trust }: CaDocument): boolean {
  const findings = [...places.flatMap((place) => place.findings), ...(trust?.unseen ?? [])];
  return findings.every(({ warns }) => warns);
}

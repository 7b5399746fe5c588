import { inspectFiles } from '../../activities/inspect/files.ts';
import { unlessAborted } from '../../worker/unless-aborted.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { outputFlag } from '../flags.ts';
import { renderCa } from '../render/ca.ts';
import { caDocument, type CaDocument } from './document.ts';
import { placesOf, seeMesh } from './look.ts';
import { placeFlags, whereOf, type InspectFlags, type Where } from './place-flags.ts';
import { targetOf, type InspectTarget } from './target.ts';
import { json } from '../render/json.ts';

export const inspect = command<InspectFlags, readonly string[]>({
  brief:
    'Show what a CA is made of: certificates, whether they fit together, until when they hold, who trusts them',
  examples: [
    ['./root-b', 'shows a new CA: every file, and whether the sets are whole'],
    ['./root-b/root-cert.pem -f prod.yaml --mesh payments', 'shows a root, and who in the mesh trusts it'],
    ['-f prod.yaml --mesh payments --istiod', 'shows what every running istiod signs with'],
    ['--secret aks-istio-system/cacerts --context aks-weu-1', 'shows a Secret of a cluster'],
    ['--proxy payments/ledger-5d9f-x2x --context aks-weu-1', 'shows what a proxy holds'],
  ],
  parameters: {
    flags: { ...placeFlags, output: outputFlag },
    aliases: { f: 'file', m: 'mesh', o: 'output' },
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'A file, or a folder of them', placeholder: 'PATH' },
    },
  },
  async run(context, flags, ...paths) {
    const where = whereOf(flags, paths);
    const target = await targetOf(flags, where);
    const at = context.now();
    const document = await unlessAborted(
      context.interrupted,
      look(context, { flags, where, target, paths, at }),
    );
    const { process, terminal } = context;
    process.stdout.write(
      flags.output === 'json' ? json(document) : renderCa(document, at, terminal?.columns),
    );
    return isSound(document) ? exit.ok : exit.foundProblems;
  },
});

interface Look {
  readonly flags: InspectFlags;
  readonly where: Where;
  readonly target: InspectTarget | undefined;
  readonly paths: readonly string[];
  readonly at: Date;
}

async function look(context: Context, { flags, where, target, paths, at }: Look): Promise<CaDocument> {
  const files = where.kind === 'files' ? await inspectFiles(paths, at) : [];
  if (target === undefined) return caDocument(files, undefined, at);
  context.process.stderr.write(`Looking at ${target.name} …\n`);
  const inspector = await context.inspector(target);
  const places = where.kind === 'files' ? files : await placesOf(where, target, inspector);
  const trust = flags.trust ?? flags.file !== undefined;
  return caDocument(places, trust ? await seeMesh(target, inspector) : undefined, at);
}

function isSound({ places, trust }: CaDocument): boolean {
  const findings = [...places.flatMap((place) => place.findings), ...(trust?.unseen ?? [])];
  return findings.every(({ warns }) => warns);
}

import { loadFleet } from '../../fleet/load.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { fileFlag, outputFlag } from '../flags.ts';
import { json } from '../render/json.ts';
import { renderError } from '../render/problem.ts';
import type { RequestsFound } from '../rotations.ts';
import { bring, type Outcome } from './bring.ts';
import { matchSigned } from './match-signed.ts';
import { meshOf, planFlags } from './plan-flags.ts';
import { readSigned } from './signed-files.ts';
import { tellStop } from './stands-still.ts';
import { submittedDocument, type SubmittedDocument } from './submitted.ts';

type Flags = Readonly<{ file: string; mesh?: string; output: 'text' | 'json' }>;

export const submit = command<Flags, [string]>({
  brief: 'Bring signed certificates to a rotation that waits for them; some of them will do',
  examples: [['-f prod.yaml --mesh payments ./signed', 'takes every certificate of a request that waits']],
  parameters: {
    flags: { file: fileFlag, mesh: planFlags.mesh, output: outputFlag },
    aliases: { f: 'file', m: 'mesh', o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'The folder of signed certificates', placeholder: 'DIR' }],
    },
  },
  async run(context, { file, mesh: named, output }, folder) {
    const fleet = await loadFleet(file);
    const name = { fleet: fleet.name, mesh: meshOf(fleet, named).name };
    const server = await context.rotations();
    const found = await server.requests(name);
    const files = await readSigned(folder);
    const { brought, already, refused } = matchSigned(files, found);
    const { stdout, stderr } = context.process;
    const line = (unit: string, ...words: readonly string[]): void => {
      if (output === 'text') stdout.write(`${[unit, ...words].join(' ')}\n`);
    };
    for (const { path, passedOver } of files)
      if (passedOver !== undefined) stderr.write(`${path} is passed over: ${passedOver}.\n`);
    for (const { problem } of refused) stderr.write(renderError(problem));
    for (const { unit, fingerprint } of already) line(unit, fingerprint, 'already taken');
    const outcomes: Outcome[] = [];
    const document = () => submittedDocument(name, found, { already, refused, outcomes });
    try {
      for await (const outcome of bring(server, name, brought)) {
        outcomes.push(outcome);
        if ('problem' in outcome) stderr.write(renderError(outcome.problem));
        else line(outcome.unit, outcome.fingerprint, outcome.files.join(', '));
      }
    } finally {
      // What was taken stays taken, whatever ended the rest.
      if (output === 'json') stdout.write(json(document()));
    }
    return conclude(context, document(), found);
  },
});

function conclude(
  context: Pick<Context, 'process'>,
  document: SubmittedDocument,
  { staging, stopped }: RequestsFound,
): number {
  const { taken, already, refused, unanswered, waiting } = document;
  const before = already.length === 0 ? '' : `, ${already.length} already taken`;
  const silent = unanswered.length === 0 ? '' : `, ${unanswered.length} not answered yet`;
  context.process.stderr.write(
    `${taken.length} taken${before}, ${refused.length} refused${silent}; ${waiting.length} still waited for.\n`,
  );
  if (stopped !== undefined) return tellStop(context, document, stopped);
  if (staging)
    context.process.stderr.write('Not all requests are known yet: bring what was refused once more.\n');
  const isNothing = taken.length + already.length === 0 && (waiting.length > 0 || staging);
  return refused.length + unanswered.length > 0 || isNothing ? exit.failed : exit.ok;
}

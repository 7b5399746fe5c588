import { simIssuers, type SimIssuer } from '../sim/issuing/issuers.ts';
import { command } from './command.ts';
import type { Context } from './context.ts';
import { type DemoDocument, succeeded } from './demo/document.ts';
import { rotateAndCount } from './demo/rotate.ts';
import { summaryLines } from './demo/summary.ts';
import { issuerLine, startIssuing } from './demo/issuing.ts';
import type { Environment } from './dev/environment.ts';
import { simulationFlags } from './dev/flags.ts';
import { untilInterrupted } from './dev/until-interrupted.ts';
import { exit } from './exit.ts';
import { outputFlag, usage } from './flags.ts';
import { json } from './render/json.ts';

type Flags = Readonly<{
  clusters: number;
  seed: number;
  kind: 'root' | 'intermediate';
  phases: '2' | '3';
  chain: 'first' | 'last';
  issuer: SimIssuer;
  keep: boolean;
  output: 'text' | 'json';
}>;

const leaving = {
  words: 'Ctrl-C ends the demo, and its rotation with it.',
  said: 'The demo ends, and its rotation with it.',
};

export const demo = command<Flags>({
  brief: 'Rotate the CA of a simulated fleet while its workloads talk to each other',
  examples: [
    ['', 'rotates the root of three clusters; ends with 0 only if no handshake failed'],
    ['--phases 2', 'the same the AKS article’s way, which fails handshakes'],
    ['--issuer offline', 'the new intermediates are signed where there is no network'],
    ['--keep', 'leaves all running at the end, to look at in the Temporal UI'],
  ],
  parameters: {
    flags: {
      ...simulationFlags,
      kind: { kind: 'enum', values: ['root', 'intermediate'], default: 'root', brief: 'What is rotated' },
      phases: { kind: 'enum', values: ['3', '2'], default: '3', brief: 'Two is the AKS article’s way' },
      chain: {
        kind: 'enum',
        values: ['first', 'last'],
        default: 'first',
        brief: 'Last writes certificate and key before the chain that holds them, which fails handshakes',
      },
      issuer: {
        kind: 'enum',
        values: simIssuers,
        default: 'files',
        brief:
          'Who makes the intermediates of the new root; offline has them signed by a process without a network',
      },
      keep: { kind: 'boolean', default: false, brief: 'Leave everything running until Ctrl-C' },
      output: outputFlag,
    },
    aliases: { o: 'output' },
  },
  async run(context, flags) {
    if (flags.issuer !== 'files' && flags.kind !== 'root')
      throw usage('--kind', `root with --issuer ${flags.issuer}: the old root’s key is nowhere`, flags.kind);
    // Under JSON, stdout is one document: whatever is told on the way goes to stderr.
    const told = flags.output === 'json' ? { ...context, process: toStderr(context.process) } : context;
    const say = (line: string) => told.process.stderr.write(`${line}\n`);
    // Loaded here, so that no other command waits for what only this one needs.
    const { withEnvironment } = await import('./dev/with-environment.ts');
    return withEnvironment(told, { ...flags, say }, async (environment, inside) => {
      const document = await rotate(inside, environment, flags);
      if (document === undefined) return exit.interrupted;
      for (const line of summaryLines(document)) inside.process.stdout.write(`${line}\n`);
      if (flags.output === 'json') context.process.stdout.write(json(document));
      if (flags.keep) {
        const { ui } = environment.temporal;
        say(`Everything goes on running until Ctrl-C.${ui === undefined ? '' : ` Temporal UI: ${ui}`}`);
        await untilInterrupted(inside);
      }
      return succeeded(document) ? exit.ok : exit.failed;
    });
  },
});

/** Undefined after Ctrl-C. */
async function rotate(
  told: Context,
  environment: Environment,
  flags: Flags,
): Promise<DemoDocument | undefined> {
  const issuing = await startIssuing(flags.issuer, environment);
  try {
    if (flags.issuer !== 'files') told.process.stderr.write(`${issuerLine(issuing.issuer)}\n`);
    return await rotateAndCount(told, environment, { ...flags, ...issuing, leaving });
  } finally {
    await issuing.close();
  }
}

function toStderr(process: Context['process']): Context['process'] {
  return { ...process, stdout: process.stderr };
}

import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isAbortion } from '../worker/is-abortion.ts';
import { runCommandLine } from './app.ts';
import type { Context, Namespace, Terminal } from './context.ts';
import { interruption } from './interruption.ts';
import type { Prompts } from './prompts.ts';

/** Runs the command line of this process. */
export async function main(): Promise<void> {
  const interrupted = interruption(process);
  const context = processContext(interrupted);
  await runCommandLine(process.argv.slice(2), context);
  process.exitCode = Number(context.process.exitCode);
  // What was cut short may be waiting still, for a server that never answers.
  if (interrupted.aborted) process.exit();
}

/** All that a command of this process touches. */
export function processContext(interrupted: AbortSignal): Context {
  const terminal = terminalOf(process.stdout);
  return {
    process: { stdout: process.stdout, stderr: process.stderr, env: process.env },
    env: process.env,
    terminal,
    prompts: terminal !== undefined && process.stdin.isTTY ? terminalPrompts(interrupted) : undefined,
    now: () => new Date(),
    pause: async (milliseconds) => {
      await setTimeout(milliseconds, undefined, { signal: interrupted }).catch(onlyAborts);
    },
    interrupted,
    newRotationId: () => `r-${randomBytes(4).toString('hex')}`,
    // Loaded where they are needed: clients of Kubernetes, Azure and Temporal take their time.
    rotations: async () => {
      const [{ connectClient }, { rotationsOn }] = await Promise.all([
        import('../worker/connection.ts'),
        import('./temporal-rotations.ts'),
      ]);
      return rotationsOn(await connectClient());
    },
    observe: async (fleet) => {
      const { createActivities } = await import('../activities/create.ts');
      return createActivities({ fleets: [fleet] });
    },
    evidence: async (fleet) => {
      const { evidenceReader } = await import('../activities/evidence/reader.ts');
      return evidenceReader(fleet.evidence);
    },
    inspector: async ({ fleet, mesh }) => {
      const { createInspector } = await import('../activities/inspect/inspector.ts');
      return createInspector({ fleet, mesh: mesh.name });
    },
    namespace: connectNamespace,
    runWorker: async (options, up) => {
      const { runWorker } = await import('../worker/run.ts');
      await runWorker(options, interrupted, up);
    },
  };
}

async function connectNamespace(): Promise<Namespace> {
  const [{ connectClient }, worker] = await Promise.all([
    import('../worker/connection.ts'),
    import('../worker/namespace.ts'),
  ]);
  const ref = await connectClient();
  return {
    name: ref.namespace,
    register: () => worker.registerSearchAttributes(ref),
    setRetention: (days) => worker.setRetention(ref, days),
    raiseRetention: (days) => worker.raiseRetention(ref, days),
    verifyRetention: (days) => worker.verifyRetention(ref, days),
  };
}

function terminalPrompts(signal: AbortSignal): Prompts {
  const prompts = async () => {
    const { promptsOn } = await import('./prompts.ts');
    return promptsOn({ input: process.stdin, output: process.stderr, signal });
  };
  return {
    yesOrNo: async (question) => (await prompts()).yesOrNo(question),
    typed: async (question) => (await prompts()).typed(question),
    secret: async (question) => (await prompts()).secret(question),
  };
}

/** Its size is asked for anew every time: people drag windows. */
function terminalOf(stream: NodeJS.WriteStream): Terminal | undefined {
  if (!stream.isTTY || process.env['TERM'] === 'dumb') return undefined;
  return {
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
  };
}

function onlyAborts(error: unknown): void {
  if (!isAbortion(error)) throw error;
}

import { command } from './command.ts';
import type { Context } from './context.ts';
import { demoDocument, type DemoDocument, succeeded } from './demo/document.ts';
import { PhaseRecorder } from './demo/phase-recorder.ts';
import { summaryLines } from './demo/summary.ts';
import type { Environment } from './dev/environment.ts';
import { simulationFlags } from './dev/flags.ts';
import { untilInterrupted } from './dev/until-interrupted.ts';
import { exit } from './exit.ts';
import { outputFlag } from './flags.ts';
import { type PlanRequest, planMesh } from './planning.ts';
import type { Rotations } from './rotations.ts';
import { watchRotation } from './rotation/watching.ts';
import { unlessAborted } from '../worker/unless-aborted.ts';

type Flags = Readonly<{
  clusters: number;
  seed: number;
  kind: 'root' | 'intermediate';
  phases: '2' | '3';
  chain: 'first' | 'last';
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
      keep: { kind: 'boolean', default: false, brief: 'Leave everything running until Ctrl-C' },
      output: outputFlag,
    },
    aliases: { o: 'output' },
  },
  async run(context, flags) {
    // Under JSON, stdout is one document: whatever is told on the way goes to stderr.
    const told = flags.output === 'json' ? { ...context, process: toStderr(context.process) } : context;
    const say = (line: string) => told.process.stderr.write(`${line}\n`);
    // Loaded here, so that no other command waits for what only this one needs.
    const { startEnvironment } = await import('./dev/environment.ts');
    const environment = await startEnvironment({ ...flags, say, interrupted: context.interrupted });
    try {
      const recorder = new PhaseRecorder(environment.simulation);
      const ending = await rotate(told, environment, flags, recorder);
      if (ending === exit.interrupted) return ending;
      const document = await outcome(context, environment, recorder);
      for (const line of summaryLines(document)) told.process.stdout.write(`${line}\n`);
      if (flags.output === 'json')
        context.process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
      if (flags.keep) {
        const { ui } = environment.temporal;
        say(`Everything goes on running until Ctrl-C.${ui === undefined ? '' : ` Temporal UI: ${ui}`}`);
        await untilInterrupted(context);
      }
      return succeeded(document) ? exit.ok : exit.failed;
    } finally {
      await environment.close();
    }
  },
});

async function rotate(
  context: Context,
  environment: Environment,
  flags: Flags,
  recorder: PhaseRecorder,
): Promise<number> {
  const { fleet, simulation, rotations } = environment;
  const [mesh] = fleet.meshes;
  if (mesh === undefined) throw new Error('the simulated fleet has no mesh');
  const name = { fleet: fleet.name, mesh: mesh.name };
  const ca = { kind: flags.kind, directory: simulation.newCa[flags.kind] };
  const request = { fleet: fleet.name, mesh, ca, ...dangers(flags), at: context.now() };
  const { policy } = await unlessAborted(
    context.interrupted,
    planMesh(await context.observe(fleet), request),
  );
  await rotations.start({ ...name, rotationId: context.newRotationId(), ca, policy });
  const look: Rotations['look'] = async (mesh) => {
    const seen = await rotations.look(mesh);
    if (seen.kind === 'live') await recorder.saw(seen.progress);
    return seen;
  };
  return watchRotation(context, {
    name,
    rotations: { ...rotations, look },
    output: 'text',
    timeout: undefined,
    leaving,
  });
}

/** The ways that break an invariant, which the demo goes to show what they cost. */
function dangers({ phases, chain }: Flags): Pick<PlanRequest, 'phases' | 'chain' | 'overrides'> {
  const reason = 'the demo shows what becomes of handshakes';
  return {
    phases: phases === '2' ? 'two' : 'three',
    chain: chain === 'last' ? 'afterKey' : 'beforeKey',
    overrides: [
      ...(phases === '2' ? [{ invariant: 'ROOT_IN_USE', reason }] : []),
      ...(chain === 'last' ? [{ invariant: 'TORN_CHAIN', reason }] : []),
    ],
  };
}

async function outcome(
  context: Context,
  { fleet, rotations, simulation, temporal }: Environment,
  recorder: PhaseRecorder,
): Promise<DemoDocument> {
  const seen = await rotations.look({ fleet: fleet.name, mesh: fleet.meshes[0]?.name ?? '' });
  if (seen.kind !== 'live') throw new Error('the rotation ended and its worker does not answer');
  return demoDocument({
    progress: seen.progress,
    statistics: await simulation.statistics(),
    phases: recorder.counts,
    temporal: { address: temporal.address, ui: temporal.ui },
    at: context.now(),
  });
}

function toStderr(process: Context['process']): Context['process'] {
  return { ...process, stdout: process.stderr };
}

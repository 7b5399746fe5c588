import { fileURLToPath } from 'node:url';
import type { EvidenceReader } from '../../activities/evidence/reader.ts';
import { createInspector, type Inspector } from '../../activities/inspect/inspector.ts';
import { runCommandLine } from '../../cli/app.ts';
import type { Context, Namespace, Observer, Terminal } from '../../cli/context.ts';
import type { Prompts } from '../../cli/prompts.ts';
import type { Rotations, Seen } from '../../cli/rotations.ts';
import type { CommandRequest, RetryRequest, RotationInput } from '../../rotation/messages.ts';
import type { ObservedMesh } from '../../rotation/observed.ts';
import { surveyedAs } from '../support/surveyed.ts';
import { now, observed, shape, wanted } from './samples.ts';

process.env['TZ'] = 'UTC';

export const fleetFile = fileURLToPath(new URL('fleets/prod.yaml', import.meta.url));

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** What a command finds in the world; left out, a mesh at the start of its way, and no rotation. */
export interface World {
  readonly mesh?: ObservedMesh;
  readonly rotations?: Partial<Rotations>;
  readonly observe?: Partial<Observer>;
  readonly evidence?: EvidenceReader;
  readonly namespace?: Partial<Namespace>;
  readonly env?: Context['env'];
  readonly inspector?: Inspector;
  readonly runWorker?: Context['runWorker'];
  /** Of a rotation that is started. */
  readonly rotationId?: string;
  /** When the command is run; left out, the samples' moment. */
  readonly at?: Date;
  readonly terminal?: Terminal;
  /** What a person answers to prompts, one after the other; undefined cancels. Left out, nobody is asked. */
  readonly answers?: readonly (string | undefined)[];
  /** Waits in earnest; left out, only the clock moves. */
  readonly pause?: (milliseconds: number) => Promise<void>;
  /** Ctrl-C after so many pauses; 0 while the command works. */
  readonly interruptAfter?: number;
}

/** Runs a command line over a world, with a clock that moves only when the command pauses. */
export async function session(argv: readonly string[], world: World = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const interrupt = new AbortController();
  let clock = (world.at ?? now).getTime();
  let pauses = 0;
  const context: Context = {
    process: {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
      env: {},
    },
    env: world.env ?? {},
    terminal: world.terminal,
    prompts: world.answers && answering(world.answers, (text) => (written.stderr += text)),
    now: () => new Date(clock),
    pause: async (milliseconds) => {
      await world.pause?.(milliseconds);
      clock += milliseconds;
      pauses += 1;
      if (pauses === world.interruptAfter) interrupt.abort();
    },
    interrupted: interrupt.signal,
    newRotationId: () => world.rotationId ?? 'r-0a1b2c3d',
    rotations: () => Promise.resolve({ ...noRotations, ...world.rotations }),
    observe: () => Promise.resolve({ ...observer(world.mesh ?? observed()), ...world.observe }),
    evidence: () => (world.evidence === undefined ? unexpected() : Promise.resolve(world.evidence)),
    inspector: ({ fleet, mesh }) =>
      Promise.resolve(world.inspector ?? createInspector({ fleet, mesh: mesh.name })),
    namespace: () => Promise.resolve({ ...noNamespace, ...world.namespace }),
    runWorker: world.runWorker ?? unexpected,
  };
  const running = runCommandLine(argv, context);
  if (world.interruptAfter === 0) interrupt.abort();
  await running;
  return { ...written, exit: Number(context.process.exitCode) };
}

/** Prompts as they read on a terminal, answered from a script. */
function answering(answers: readonly (string | undefined)[], write: (text: string) => void): Prompts {
  const left = [...answers];
  const ask = (question: string, isShown = true) => {
    if (left.length === 0) throw new Error(`the test did not expect to be asked: ${question}`);
    const answer = left.shift();
    write(`? ${question} ${answer === undefined || isShown ? (answer ?? '^C') : ''}`.trimEnd() + '\n');
    return Promise.resolve(answer);
  };
  return {
    typed: (question) => ask(question),
    secret: (question) => ask(question, false),
    yesOrNo: async (question) => {
      const answer = await ask(question);
      return answer === undefined ? undefined : answer === 'y';
    },
  };
}

function observer(mesh: ObservedMesh): Observer {
  return {
    ...surveyedAs(() => shape),
    inspectCa: () => Promise.resolve(wanted),
    observeUnit: ({ unit }) => {
      const found = mesh.units.find((one) => one.unit === unit);
      return found === undefined ? Promise.reject(new Error(`no unit ${unit}`)) : Promise.resolve(found);
    },
  };
}

function unexpected(): Promise<never> {
  return Promise.reject(new Error('the test did not expect this call'));
}

const noRotations: Rotations = {
  ...{ start: unexpected, look: unexpected, list: unexpected, retry: unexpected },
  ...{ tell: unexpected, requests: unexpected, submit: unexpected },
};

const noNamespace: Namespace = {
  name: 'default',
  register: unexpected,
  setRetention: unexpected,
  raiseRetention: unexpected,
  verifyRetention: unexpected,
};

/** Rotations that show one state after another, the last one for ever, and remember what they are told. */
export function scripted(...states: readonly Seen[]): Rotations & {
  readonly started: readonly RotationInput[];
  readonly retried: readonly RetryRequest[];
  /** Commands other than retry. */
  readonly told: readonly (readonly [command: string, request: CommandRequest])[];
} {
  const started: RotationInput[] = [];
  const retried: RetryRequest[] = [];
  const told: (readonly [string, CommandRequest])[] = [];
  const left = [...states];
  return {
    ...noRotations,
    started,
    retried,
    told,
    tell: (_, command, request) => {
      told.push([command, request]);
      return Promise.resolve();
    },
    start: (input) => {
      started.push(input);
      return Promise.resolve();
    },
    retry: (_, request) => {
      retried.push(request);
      return Promise.resolve();
    },
    look: () => {
      const seen = left.length > 1 ? left.shift() : left[0];
      return seen === undefined ? unexpected() : Promise.resolve(seen);
    },
  };
}

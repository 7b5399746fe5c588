import { evidenceReader } from '../../activities/evidence/reader.ts';
import { setTimeout } from 'node:timers/promises';
import { createActivities } from '../../activities/create.ts';
import { runCommandLine } from '../../cli/app.ts';
import type { Context } from '../../cli/context.ts';
import type { Rotations } from '../../cli/rotations.ts';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Runs a command line against a running environment, as the process of the CLI does. */
export async function meshturn(
  argv: readonly string[],
  rotations: Rotations | (() => Promise<Rotations>),
): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const context: Context = {
    process: {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
      env: {},
    },
    env: {},
    terminal: undefined,
    prompts: undefined,
    now: () => new Date(),
    // More often than a person looks.
    pause: (milliseconds) => setTimeout(milliseconds / 2),
    interrupted: new AbortController().signal,
    newRotationId: () => 'r-0a1b2c3d',
    rotations: typeof rotations === 'function' ? rotations : () => Promise.resolve(rotations),
    observe: (fleet) => Promise.resolve(createActivities({ fleets: [fleet] })),
    evidence: (fleet) => evidenceReader(fleet.evidence),
    inspector: unexpected,
    namespace: unexpected,
    runWorker: unexpected,
  };
  await runCommandLine(argv, context);
  return { ...written, exit: Number(context.process.exitCode) };
}

function unexpected(): Promise<never> {
  return Promise.reject(new Error('the test did not expect this call'));
}

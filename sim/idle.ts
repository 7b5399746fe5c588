import { ProgramLog } from './program-log.ts';
import type { Program } from './world.ts';

/** A program that is ready at once and does nothing: what is there only to be seen in the API. */
export class Idle implements Program {
  readonly log = new ProgramLog();
  readonly ready = Promise.resolve();

  exec(argv: readonly string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    const stderr = `exec: "${argv[0] ?? ''}": executable file not found in $PATH\n`;
    return Promise.resolve({ stdout: '', stderr, exitCode: 127 });
  }

  loopbackPort(port: number): Promise<never> {
    return Promise.reject(new Error(`connect: connection refused: port ${port}`));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

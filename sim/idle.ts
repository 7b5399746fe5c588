import { ProgramLog } from './program-log.ts';
import { notInImage, notListening } from './refusals.ts';
import type { Program } from './world.ts';

/** A program that is ready at once and does nothing: what is there only to be seen in the API. */
export class Idle implements Program {
  readonly log = new ProgramLog();
  readonly ready = Promise.resolve();

  exec(argv: readonly string[]): ReturnType<Program['exec']> {
    return Promise.resolve(notInImage(argv[0]));
  }

  loopbackPort(port: number): Promise<never> {
    return Promise.reject(notListening(port));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

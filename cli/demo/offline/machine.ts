import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { Problem } from '../../../problems/problem.ts';
import { endOf } from '../../../worker/last-lines.ts';
import { requestsSigned, rootMade } from './protocol.ts';
import { sealOf, type Seal } from './seal.ts';

/** Where the root's key is, and no network. */
export interface OfflineMachine {
  readonly network: Seal['network'];
  /** What became of its try to connect to the Temporal server. */
  readonly connecting: string;
  /** The certificate of its root: a file. */
  readonly root: string;
  /** Has a folder of requests signed; resolves with the folder of what was. Throws ISSUER_FAILED. */
  sign(requests: string): Promise<string>;
  close(): Promise<void>;
}

/** Emitted beside this code, with its own extension, or beside its source. */
const program = fileURLToPath(new URL(`machine-program${extname(import.meta.filename)}`, import.meta.url));

/** Throws ISSUER_FAILED. @param online the address of a server that must not answer it */
export async function startOfflineMachine(directory: string, online: string): Promise<OfflineMachine> {
  const { network, before, env } = await sealOf();
  const words = [...before, process.execPath, program, directory, online];
  // It ends when its stdin does, which the kernel closes with this process; Ctrl-C in the terminal is not for it.
  const child = spawn(words[0] ?? '', words.slice(1), {
    stdio: 'pipe',
    detached: true,
    env: { ...process.env, ...env },
  });
  const said = text(child.stderr);
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T extends z.ZodType>(schema: T): Promise<z.output<T>> => {
    const line = await lines.next();
    if (line.done !== true) return schema.parse(JSON.parse(line.value));
    const found = endOf(await said);
    throw new Problem('ISSUER_FAILED', { object: 'the offline machine', expected: 'an answer', found });
  };
  // One that has ended answers no more, which says so.
  child.stdin.on('error', () => undefined);
  const close = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  try {
    const { root, connecting } = await next(rootMade);
    return {
      ...{ network, connecting, root, close },
      sign: async (requests) => {
        child.stdin.write(`${requests}\n`);
        return (await next(requestsSigned)).signed;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { rootPath } from '../../../activities/new-ca/files.ts';
import { requestsSigned, rootMade } from './protocol.ts';
import { runCli } from './run-cli.ts';

/*
 * The machine without a network where the root's key of a demo is, as a process of its own:
 *
 *   node cli/demo/offline/machine-program.ts DIR HOST:PORT
 *
 * It makes a root in DIR whose key has a passphrase that it makes up, tells nobody and keeps nowhere. For each folder of
 * requests, a line on stdin, it signs what is in it. What it prints is in protocol.ts. It ends when its stdin does, and
 * with 1 where HOST:PORT answers.
 */
const [directory = '', online = ''] = process.argv.slice(2);
const passphrase = randomBytes(24).toString('base64url');
const gone = new AbortController();
const folders = createInterface({ input: process.stdin });
folders.once('close', () => gone.abort(new Error('stdin has ended')));

try {
  await serve();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
  process.stdin.destroy();
}

async function serve(): Promise<void> {
  const connecting = await connectingTo(online);
  const ca = join(directory, 'root-b');
  await meshturn('ca', 'init', '--out', ca, '--name', 'Root B');
  tell(rootMade, { root: rootPath(ca), connecting });
  for await (const requests of folders) {
    const signed = join(directory, 'signed');
    await meshturn('ca', 'sign', requests, '--root', ca, '--out', signed);
    tell(requestsSigned, { signed });
  }
}

function meshturn(...words: readonly string[]): Promise<string> {
  return runCli([...words, '--passphrase-fd', '0'], { input: passphrase, signal: gone.signal });
}

function tell<T extends z.ZodType>(schema: T, line: z.output<T>): void {
  process.stdout.write(`${JSON.stringify(schema.parse(line))}\n`);
}

/** The code of the error; throws where there is none. */
async function connectingTo(address: string): Promise<string> {
  const [host = '', port = ''] = address.split(/:(?=\d+$)/);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => reject(new Error(`this machine is on the network: ${address} answers`)));
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  });
}

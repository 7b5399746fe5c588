import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { IstioKind } from '../../../lab/istio/binaries.ts';

export interface LabProcess {
  readonly child: ChildProcess;
  readonly seconds: number;
  readonly kubeconfig: string;
  /** All of it, once it has ended. */
  readonly stderr: Promise<string>;
  /** Of its keys and logs; every process of the lab names it. */
  readonly folder: string;
}

/** The words after `npm run lab --`. They always say which Istio: ISTIO_BIN_DIR would make it the real one. */
export function labWords(clusters: number, istio: IstioKind = 'simulated'): readonly string[] {
  return ['--clusters', String(clusters), '--istio', istio];
}

const script = join(import.meta.dirname, '../../../lab/main.ts');

/** `npm run lab --` with such words, whose files for a while are in `tmp` of the folder: every process of it names that. */
export async function spawnLab(words: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'lab-'));
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const child = spawn(process.execPath, [script, ...words], { env: { ...process.env, TMPDIR: temporary } });
  return { child, folder, temporary };
}

/** `npm run lab` as a process of its own, which is up. */
export async function startLabProcess(...of: Parameters<typeof labWords>): Promise<LabProcess> {
  const child = spawn(process.execPath, [script, ...labWords(...of)]);
  const stderr = text(child.stderr);
  const lines = createInterface(child.stdout);
  const printed: string[] = [];
  lines.on('line', (line) => printed.push(line));
  await Promise.race([untilTold(lines), once(child, 'exit')]);
  const [, seconds] = /up in ([\d.]+) s/.exec(printed.join('\n')) ?? [];
  const [, kubeconfig] = /^kubeconfig: (.+)$/m.exec(printed.join('\n')) ?? [];
  if (seconds === undefined || kubeconfig === undefined) throw new Error(await stderr);
  return { child, seconds: Number(seconds), kubeconfig, stderr, folder: dirname(kubeconfig) };
}

async function untilTold(lines: NodeJS.EventEmitter): Promise<void> {
  const told = Promise.withResolvers<undefined>();
  lines.on('line', (line: string) => {
    if (line.startsWith('Ctrl-C')) told.resolve(undefined);
  });
  await told.promise;
}

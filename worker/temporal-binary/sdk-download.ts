import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keep, sdkPath } from './cache.ts';
import type { Outcome, Source } from './source.ts';

/** Until the first byte is on the disk. */
const connectLimitMs = 10_000;
const downloadLimitMs = 300_000;

/**
 * The download that the Temporal SDK does by itself. It goes only together with starting the server, and
 * cannot be called off, so that a process of its own does it: killed where nothing comes.
 */
export const sdkDownload: Source = {
  name: 'SDK download',
  downloads: true,
  async look({ program, cacheFolder }): Promise<Outcome> {
    const path = sdkPath(cacheFolder, program.name);
    try {
      await keep(path, cacheFolder, (folder) => download(program.sdkServer, folder));
    } catch (error) {
      return {
        reason: `the SDK could not download it: ${error instanceof Error ? error.message : 'unknown'}`,
      };
    }
    return { found: { path }, reason: 'the Temporal SDK downloaded it' };
  },
};

async function download(server: string, folder: string): Promise<string> {
  const script = new URL(`./sdk-download-process${extname(import.meta.filename)}`, import.meta.url);
  const child = spawn(process.execPath, [fileURLToPath(script), server, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: downloadLimitMs,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const silence = setTimeout(() => void killIfSilent(child, folder), connectLimitMs);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(silence);
  if (signal === 'SIGKILL') throw new Error(`no answer within ${connectLimitMs / 1000} s`);
  if (code !== 0) throw new Error(stderr.trim().split('\n')[0] ?? 'it gave no reason');
  const [file] = await readdir(folder);
  if (file === undefined) throw new Error('it left nothing behind');
  return join(folder, file);
}

async function killIfSilent(child: ChildProcess, folder: string): Promise<void> {
  if ((await readdir(folder)).length === 0) child.kill('SIGKILL');
}

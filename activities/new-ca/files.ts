import { readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { Part } from '../../pki/checks/seen-set.ts';
import { otherForm } from '../../pki/recognise.ts';
import { Problem } from '../../problems/problem.ts';
import { isMissing, systemCode } from '../../problems/system-code.ts';
import { unfitFile } from '../ca-file.ts';

/** What the files of a set are called, as Istio names them. */
export const fileNames = {
  root: 'root-cert.pem',
  cert: 'ca-cert.pem',
  key: 'ca-key.pem',
  chain: 'cert-chain.pem',
} as const satisfies Record<Part, string>;

const privateKey = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

/** Paths of a unit's files within the folder of a new CA. */
export function unitPaths(directory: string, unit: string): { cert: string; key: string; chain: string } {
  const path = (part: Part): string => join(directory, unit, fileNames[part]);
  return { cert: path('cert'), key: path('key'), chain: path('chain') };
}

export function rootPath(directory: string, unit?: string): string {
  return join(directory, ...(unit === undefined ? [] : [unit]), fileNames.root);
}

/** Of many files that are missing, so many are named in one line. */
const mostNamed = 3;

/** The files of a new CA's folder that could be read, by path, and what is wrong with the others. */
interface FilesRead {
  readonly texts: ReadonlyMap<string, string>;
  /** NEW_CA_FILE_MISSING, NEW_CA_FILE_UNREADABLE, NOT_PEM or KEY_AMONG_CERTIFICATES, in the order of the paths. */
  readonly problems: readonly Problem[];
}

/** Reads files of a new CA's folder at once. Throws Problem NEW_CA_FOLDER_MISSING. */
export async function readFiles(directory: string, paths: readonly string[]): Promise<FilesRead> {
  await verifyFolder(directory, paths);
  const results = await Promise.allSettled(paths.map((path) => readFileText(path)));
  const texts = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return {
    texts: new Map(texts.map(({ path, text }) => [path, text])),
    problems: results.flatMap((result) => (result.status === 'rejected' ? [asProblem(result.reason)] : [])),
  };
}

/** A folder that is not there is told once, and not by each of its files. */
async function verifyFolder(directory: string, paths: readonly string[]): Promise<void> {
  const found = await whatIs(directory);
  if (found === 'a folder') return;
  throw new Problem('NEW_CA_FOLDER_MISSING', {
    object: directory,
    expected: `a folder with ${namesOf(directory, paths)}`,
    found,
  });
}

async function whatIs(path: string): Promise<'a folder' | 'a file' | 'nothing of that name'> {
  try {
    return (await stat(path)).isDirectory() ? 'a folder' : 'a file';
  } catch (error) {
    if (!isMissing(systemCode(error))) throw unreadable(path, error);
    return 'nothing of that name';
  }
}

/** `root-cert.pem, aks-1/ca-cert.pem, aks-1/ca-key.pem and 4 more` */
export function namesOf(directory: string, paths: readonly string[]): string {
  const names = paths.map((path) => relative(directory, path));
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Reads a file that may be left out. */
export async function readIfThere(path: string): Promise<string | undefined> {
  return (await ifThere(readFileText(path)))?.text;
}

/** What is read of a file that may be left out. */
export async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Problem && error.code === 'NEW_CA_FILE_MISSING') return undefined;
    throw error;
  }
}

/** Throws Problem NEW_CA_FILE_MISSING, NEW_CA_FILE_UNREADABLE. */
export async function readBytes(path: string): Promise<Buffer> {
  const unfit = await trying(path, () => unfitFile(path));
  if (unfit !== undefined) throw new Problem('NEW_CA_FILE_UNREADABLE', { object: path, ...unfit });
  return trying(path, () => readFile(path));
}

async function trying<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isMissing(systemCode(error))) {
      throw new Problem('NEW_CA_FILE_MISSING', {
        object: path,
        expected: 'a PEM file',
        found: 'no such file',
      });
    }
    throw unreadable(path, error);
  }
}

async function readFileText(path: string): Promise<{ path: string; text: string }> {
  const bytes = await readBytes(path);
  const other = otherForm(bytes, path);
  if (other !== undefined) throw other;
  const text = bytes.toString('utf8');
  // The source hands everything but the key out, to every proxy even: a key in it would be everybody's.
  if (basename(path) !== fileNames.key && privateKey.test(text)) {
    throw new Problem('KEY_AMONG_CERTIFICATES', {
      object: path,
      expected: 'certificates only',
      found: 'a PRIVATE KEY block',
    });
  }
  return { path, text };
}

function unreadable(path: string, error: unknown): Problem {
  return new Problem('NEW_CA_FILE_UNREADABLE', {
    object: path,
    expected: 'a file that can be read',
    found: systemCode(error),
  });
}

function asProblem(reason: unknown): Problem {
  if (reason instanceof Problem) return reason;
  throw reason;
}

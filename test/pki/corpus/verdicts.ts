import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { sideBySide } from '../../../rotation/side-by-side.ts';
import type { Files } from './bad-set.ts';

export interface Asked {
  readonly made: Files;
}

const run = promisify(execFile);
const goModule = fileURLToPath(new URL('../../../lab/go/x509', import.meta.url));
const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod', GOWORK: 'off' };

/** `go1.26.8`, where there is a Go that can build the program. */
export function goVersion(): string | undefined {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', env, cwd: tmpdir() });
  const [, minor] = /^go1\.(\d+)/.exec(status === 0 ? stdout : '') ?? [];
  return Number(minor) >= 26 ? stdout.trim() : undefined;
}

/** Whether each set is accepted: its key is read and the certificate's, and ca-cert and the leaf verify. */
export function opensslVerdict(sets: readonly Asked[]): Promise<readonly boolean[]> {
  return inFolders(sets, (folders) => sideBySide(folders, 4, opensslAccepts));
}

async function opensslAccepts(folder: string): Promise<boolean> {
  const openssl = (...words: string[]) => {
    const running = run('openssl', words, { cwd: folder });
    // It would ask for a password.
    running.child.stdin?.end();
    return running;
  };
  try {
    await openssl('pkey', '-in', 'ca-key.pem', '-passin', 'pass:', '-noout');
    // openssl takes no empty file.
    const { size } = await stat(join(folder, 'cert-chain.pem'));
    const chain = size === 0 ? [] : ['-untrusted', 'cert-chain.pem'];
    const about = ['verify', '-partial_chain', '-CAfile', 'root-cert.pem', ...chain];
    await openssl(...about, 'ca-cert.pem');
    await openssl(...about, 'leaf.pem');
    return true;
  } catch {
    return false;
  }
}

const verdict = z.object({ set: z.string(), istiod: z.string(), peer: z.string() });

/** Whether istiod loads each set, and a peer accepts the leaf below it. */
export function goVerdicts(sets: readonly Asked[]): Promise<readonly boolean[]> {
  return inFolders(sets, async (folders, folder) => {
    const program = join(folder, 'x509');
    await run('go', ['build', '-C', goModule, '-o', program, '.'], { env });
    const { stdout } = await run(program, [...folders], { maxBuffer: 16 * 1024 * 1024 });
    const lines = stdout.trim().split('\n');
    return lines.map((line) => {
      const { istiod, peer } = verdict.parse(JSON.parse(line));
      return istiod === '' && peer === '';
    });
  });
}

async function inFolders<T>(
  sets: readonly Asked[],
  ask: (folders: readonly string[], folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-corpus-'));
  try {
    const folders = sets.map((_, index) => join(folder, `set-${index}`));
    for (const [index, { made }] of sets.entries()) await writeFiles(folders[index] ?? '', made);
    return await ask(folders, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeFiles(folder: string, { root, cert, key, chain, leaf }: Files): Promise<void> {
  await mkdir(folder);
  const files = {
    'root-cert.pem': root,
    'ca-cert.pem': cert,
    'ca-key.pem': key,
    'cert-chain.pem': chain,
    'leaf.pem': leaf ?? '',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

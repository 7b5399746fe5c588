/**
 * `npm run build`: JavaScript of every room to `dist/`, and beside it the workflow code in one script for the
 * sandbox. Prints nothing where all is well; exit code 1 where something is not. Types are checked by `npm run check`
 * and not again here, where it would be most of the work.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFile, bundleWorkflows } from './bundle.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');
const compiler = join(root, 'node_modules/typescript/bin/tsc');

// What runs from the former one finds all of it until the new one is whole.
const folder = await mkdtemp(join(root, 'dist-'));
const [former, next] = [join(folder, 'former'), join(folder, 'next')];
try {
  const words = ['-p', join(root, 'tsconfig.build.json'), '--outDir', next];
  execFileSync(process.execPath, [compiler, ...words], { stdio: 'inherit' });
  const { code } = await bundleWorkflows();
  await writeFile(join(next, bundleFile), code);
  await rename(dist, former).catch(unlessMissing);
  await rename(next, dist);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/**
 * `npm run build`: JavaScript of every room to `dist/`, and beside it the workflow code in one script for the
 * sandbox. Prints nothing where all is well; exit code 1 where something is not.
 */
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleFile, bundleWorkflows } from './bundle.ts';

const root = new URL('../', import.meta.url);
const dist = new URL('dist/', root);
const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));

await rm(dist, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', fileURLToPath(new URL('tsconfig.build.json', root))], {
  stdio: 'inherit',
});
const { code } = await bundleWorkflows();
await writeFile(new URL(bundleFile, dist), code);

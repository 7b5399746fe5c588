import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleWorkflows } from '../../worker/bundle.ts';

/** In the folder of the test run: the files of a run share what the first of them has bundled. */
const codePath = () => join(tmpdir(), 'workflow-bundle.js');

/** The workflow sources as a worker of a test takes them. */
export async function workflowBundle(): Promise<{ codePath: string }> {
  const path = codePath();
  if (existsSync(path)) return { codePath: path };
  const { code } = await bundleWorkflows();
  const part = `${path}.${String(process.pid)}`;
  await writeFile(part, code);
  await rename(part, path);
  return { codePath: path };
}

/** A run that is made again has other sources. */
export default function setup(project: TestProject): void {
  project.onTestsRerun(() => rm(codePath(), { force: true }));
}

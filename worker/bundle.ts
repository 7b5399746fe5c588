import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkerOptions } from '@temporalio/worker';

/** Relative to `dist/`, where the prebuilt bundle lies beside the emitted folders. */
export const bundleFile = 'workflows-bundle.js';
const prebuilt = new URL(`../${bundleFile}`, import.meta.url);
const sources = new URL('../workflows/all.ts', import.meta.url);

/**
 * The workflow code as a worker takes it: the bundle that the build made where this code was built too, and
 * the sources where it runs from them.
 */
export function workflowCode(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  if (existsSync(prebuilt)) return { workflowBundle: { codePath: fileURLToPath(prebuilt) } };
  return { workflowsPath: fileURLToPath(sources) };
}

/** Bundles the workflow sources into one script for the sandbox. */
export async function bundleWorkflows(): Promise<{ code: string }> {
  return bundleWorkflowCode({ workflowsPath: fileURLToPath(sources), logger: new DefaultLogger('WARN') });
}

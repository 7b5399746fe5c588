import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../problems/problem.ts';
import type { NewObject } from '../../sim/world.ts';
import { ProgramFailed, runTied } from '../../worker/run-tied.ts';
import { asError } from '../as-error.ts';
import { rights } from '../pods/rights.ts';
import { customResourceDefinitions } from './crds.ts';

/** By what a cluster is told what shall be in it. */
export interface Applier {
  readonly cluster: string;
  readonly kubectl: string;
  readonly kubeconfig: string;
  /** Where the objects are written down. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Applies the kinds of the CSI driver, and the account of the programs. Throws LAB_OBJECT_REFUSED, and LAB_COMPONENT_FAILED
 * where kubectl does not say why.
 */
export async function applyKinds(applier: Applier): Promise<void> {
  await apply(applier, 'kinds', [...customResourceDefinitions, ...rights]);
  const names = customResourceDefinitions.map(({ metadata }) => `crd/${metadata.name}`);
  await kubectl(applier, 'wait', '--for=condition=Established', '--timeout=60s', ...names);
}

/** Applies objects, of those kinds too. Throws LAB_OBJECT_REFUSED. */
export async function applyObjects(applier: Applier, objects: readonly NewObject[]): Promise<void> {
  await apply(applier, 'objects', objects);
}

/**
 * By server-side apply: the server refuses a field that the kind does not have, and completes what is there already.
 * kubectl's own validation would have it build the description of all its kinds first.
 */
async function apply(applier: Applier, name: string, items: readonly NewObject[]): Promise<void> {
  const file = join(applier.folder, `${name}.json`);
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2));
  await kubectl(applier, 'apply', '--server-side', '--validate=false', '-f', file);
}

async function kubectl(applier: Applier, ...words: string[]): Promise<void> {
  const { cluster, kubeconfig, folder, signal } = applier;
  const own = [
    '--kubeconfig',
    kubeconfig,
    '--context',
    cluster,
    '--cache-dir',
    join(folder, 'kubectl-cache'),
  ];
  try {
    await runTied([applier.kubectl, ...own, ...words], { signal });
  } catch (error) {
    signal.throwIfAborted();
    const failure = error instanceof ProgramFailed ? error : undefined;
    const said = failure?.stderr.trim() ?? '';
    // One that a signal has ended has refused nothing, whatever the shell above it says.
    if (said === '' || (failure?.exitCode ?? 0) > 128) {
      const found = `an end without a word: ${asError(error).message}`;
      throw new Problem('LAB_COMPONENT_FAILED', { object: `kubectl of ${cluster}`, found }, { cause: error });
    }
    const found = said.replaceAll('\n', ' | ');
    throw new Problem('LAB_OBJECT_REFUSED', { object: cluster, found }, { cause: error });
  }
}

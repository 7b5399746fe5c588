import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '../../problems/problem.ts';
import type { NewObject } from '../../sim/world.ts';
import { rights } from '../pods/rights.ts';
import { customResourceDefinitions } from './crds.ts';

const run = promisify(execFile);

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
  const running = run(applier.kubectl, [...own, ...words], { signal });
  const ended = new Promise((resolve) => running.child.once('close', resolve));
  try {
    await running;
  } catch (error) {
    // One that is called off may write yet.
    if (running.child.pid !== undefined) await ended;
    signal.throwIfAborted();
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    if (stderr === '') {
      const found = `an end without a word: ${howEnded(error)}`;
      throw new Problem('LAB_COMPONENT_FAILED', { object: `kubectl of ${cluster}`, found }, { cause: error });
    }
    const found = stderr.replaceAll('\n', ' | ');
    throw new Problem('LAB_OBJECT_REFUSED', { object: cluster, found }, { cause: error });
  }
}

function howEnded(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('signal' in error && typeof error.signal === 'string') return error.signal;
  return 'code' in error && typeof error.code === 'number' ? `exit code ${error.code}` : error.message;
}

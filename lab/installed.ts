import { constants, stat } from 'node:fs/promises';
import { Problem } from '../problems/problem.ts';
import { asError } from './as-error.ts';
import { componentPath } from './component-path.ts';
import { components } from './components.ts';

/** The path of each installed component by its name. Throws LAB_NOT_INSTALLED. */
export type Installed = (name: string) => string;

/** What every cluster is made of, and is brought up with. */
const ofClusters = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
  'kubelet',
  'kubectl',
];

/** Throws LAB_NOT_INSTALLED where one of them is not, before any is started. */
export function demandClusters(installed: Installed): void {
  for (const name of ofClusters) installed(name);
}

/** Throws LAB_CACHE_UNUSABLE. */
export async function findInstalled(cacheFolder: string): Promise<Installed> {
  const paths = new Map<string, string>();
  for (const component of components) {
    const path = await componentPath(component, cacheFolder);
    if (await isThere(path)) paths.set(component.name, path);
  }
  return (name) => {
    const path = paths.get(name);
    if (path === undefined) throw new Problem('LAB_NOT_INSTALLED', { object: name });
    return path;
  };
}

/** Whether a whole component may be there: an empty file is none. Throws LAB_CACHE_UNUSABLE where that cannot be told. */
export async function isThere(path: string): Promise<boolean> {
  try {
    const there = await stat(path);
    return there.isFile() && there.size > 0 && (there.mode & constants.S_IXUSR) !== 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw cacheUnusable(path, error);
  }
}

export function cacheUnusable(path: string, error: unknown): Problem {
  const found = asError(error).message;
  return new Problem('LAB_CACHE_UNUSABLE', { object: path, found }, { cause: error });
}

import { access } from 'node:fs/promises';
import { Problem } from '../problems/problem.ts';
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

export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ClusterAccess } from '../../fleet/fleet.ts';

/** Changes whenever a file of the kubeconfig is written; what runs in a cluster has none, and renews its token itself. */
export function kubeconfigStamp(access: ClusterAccess): string {
  if (access.kind === 'inCluster') return '';
  return (access.path === undefined ? usual() : [access.path]).map(stampOf).join(' ');
}

/** Whoever connects tells why a file cannot be read. */
function stampOf(path: string): string {
  try {
    return String(statSync(path).mtimeMs);
  } catch {
    return 'none';
  }
}

/** Where kubectl looks. */
function usual(): readonly string[] {
  const named = process.env['KUBECONFIG']?.split(delimiter).filter((path) => path !== '') ?? [];
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
}

import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';

const namespace = 'kube-system';

/** How the Secrets Store CSI driver of a cluster picks up new versions; undefined where its flags are silent. */
interface CsiRotation {
  readonly enabled: boolean | undefined;
  /** As the flag says: `2m`. */
  readonly pollInterval: string | undefined;
}

/** Reads the flags of the driver's DaemonSet, as the AKS add-on and the charts set them. */
async function readCsiRotation(client: ClusterClient): Promise<CsiRotation> {
  const daemonSets = await listAll(`daemonsets in ${namespace} of cluster ${client.name}`, (page) =>
    client.apps.listNamespacedDaemonSet({ namespace, ...page }),
  );
  const driver = daemonSets.find(({ metadata }) => metadata?.name?.includes('secrets-store-csi-driver'));
  const args = (driver?.spec?.template.spec?.containers ?? []).flatMap((container) => [
    ...(container.command ?? []),
    ...(container.args ?? []),
  ]);
  const enabled = flag(args, 'enable-secret-rotation');
  return {
    // A Go flag without a value is true.
    enabled: enabled === undefined ? undefined : enabled !== 'false',
    pollInterval: flag(args, 'rotation-poll-interval'),
  };
}

/**
 * A driver whose flags are silent may still republish (1.6 and later, by its CSIDriver): only an explicit no
 * is refused.
 * @throws Problem CSI_ROTATION_OFF
 */
export async function demandCsiRotation(client: ClusterClient): Promise<void> {
  const { enabled } = await readCsiRotation(client);
  if (enabled !== false) return;
  throw new Problem('CSI_ROTATION_OFF', {
    object: `the Secrets Store CSI driver of cluster ${client.name}`,
    expected: '--enable-secret-rotation=true',
    found: '--enable-secret-rotation=false',
  });
}

function flag(args: readonly string[], name: string): string | undefined {
  const found = args.find((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  return found?.slice(name.length + 3);
}

import {
  AdmissionregistrationV1Api,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type RequestContext,
} from '@kubernetes/client-node';
import type { Cluster, ClusterAccess } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';

/**
 * One API request may take so long, less than the time between two heartbeats of an activity that waits, so
 * that a dead API server is told by its name. Watches, logs and port-forwards are not bound by it.
 */
const requestTimeout = 20_000;

/** A connection that is not up after two repeated SYNs will not be: nobody is to stare at a dead cluster longer. */
const connectTimeout = 5_000;

/** The API server of one cluster of the fleet. */
export interface ClusterClient {
  /** The cluster's name in the fleet file. */
  readonly name: string;
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly batch: BatchV1Api;
  readonly custom: CustomObjectsApi;
  readonly admission: AdmissionregistrationV1Api;
}

/**
 * Connects nothing yet: reads the kubeconfig and makes the typed clients. Every cluster gets a KubeConfig of
 * its own, because credentials are cached by user name within one.
 * @throws Problem KUBECONFIG_INVALID
 */
export function connectCluster(cluster: Pick<Cluster, 'name' | 'access'>): ClusterClient {
  const config = new BoundedConfig();
  load(config, cluster.access, cluster.name);
  return {
    name: cluster.name,
    config,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    batch: config.makeApiClient(BatchV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
    admission: config.makeApiClient(AdmissionregistrationV1Api),
  };
}

function load(config: KubeConfig, access: ClusterAccess, name: string): void {
  if (access.kind === 'inCluster') {
    config.loadFromCluster();
    return;
  }
  const object = `kubeconfig ${access.path ?? '(default)'} of cluster ${name}`;
  try {
    if (access.path === undefined) config.loadFromDefault();
    else config.loadFromFile(access.path);
  } catch (error) {
    throw new Problem('KUBECONFIG_INVALID', { object, found: reasonOf(error) });
  }
  if (access.context !== undefined) config.setCurrentContext(access.context);
  if (config.getCurrentCluster() === null) {
    const known = config.getContexts().map((context) => context.name);
    throw new Problem('KUBECONFIG_INVALID', {
      object,
      expected: `context ${access.context ?? '(current)'} with a cluster`,
      found: known.length === 0 ? 'no contexts' : known.join(', '),
    });
  }
}

/** YAML errors quote the lines around them, which may hold a token: only the first line is told. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : 'an unknown error';
}

/**
 * The library makes a new connection pool for every request, so each one would pay for a TLS handshake, and
 * lets a request hang for five minutes. Where a plugin hands out short-lived client certificates the pool
 * must not outlive them.
 */
class BoundedConfig extends KubeConfig {
  #pool: ReturnType<RequestContext['getDispatcher']>;

  override createDispatcherOptions(...input: Parameters<KubeConfig['createDispatcherOptions']>) {
    const options = super.createDispatcherOptions(...input);
    if (options.type !== 'agent') return options;
    return { ...options, connect: { ...options.connect, timeout: connectTimeout } };
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    context.setSignal(AbortSignal.timeout(requestTimeout));
    if (this.getCurrentUser()?.exec !== undefined) return;
    this.#pool ??= context.getDispatcher();
    if (this.#pool !== undefined) context.setDispatcher(this.#pool);
  }
}

import {
  KubeConfig,
  type ApiConstructor,
  type ApiType,
  type Configuration,
  type RequestContext,
} from '@kubernetes/client-node';
import type { Cluster, ClusterAccess } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import { kubeconfigStamp } from './kubeconfig-stamp.ts';
import { patientHttp } from './starting.ts';

/**
 * One API request may take so long, less than the time between two heartbeats of an activity that waits, so
 * that a dead API server is told by its name. Watches, logs and port-forwards are not bound by it.
 */
const requestTimeout = 20_000;

/** A connection that is not up after two repeated SYNs will not be: nobody is to stare at a dead cluster longer. */
const connectTimeout = 5_000;

/**
 * A kubeconfig whose user is read again whenever its file has changed: an activity that waits for a rollout keeps its
 * client for longer than a token may live.
 *
 * The library makes a new connection pool for every request, so each one would pay for a TLS handshake, and
 * lets a request hang for five minutes. Where a plugin hands out short-lived client certificates the pool
 * must not outlive them.
 */
export class RenewedConfig extends KubeConfig {
  readonly #cluster: Pick<Cluster, 'name' | 'access'>;
  #stamp: string;
  #pool: ReturnType<RequestContext['getDispatcher']>;

  /** @throws Problem KUBECONFIG_INVALID */
  constructor(cluster: Pick<Cluster, 'name' | 'access'>) {
    super();
    this.#cluster = cluster;
    this.#stamp = kubeconfigStamp(cluster.access);
    load(this, cluster.access, cluster.name);
  }

  override makeApiClient<T extends ApiType>(type: ApiConstructor<T>): T {
    const httpApi = patientHttp(this);
    const construct = (made: ApiConstructor<T>, [config]: [Configuration]) =>
      new made({ ...config, httpApi });
    return super.makeApiClient(new Proxy(type, { construct }));
  }

  override createDispatcherOptions(...input: Parameters<KubeConfig['createDispatcherOptions']>) {
    const options = super.createDispatcherOptions(...input);
    if (options.type !== 'agent') return options;
    return { ...options, connect: { ...options.connect, timeout: connectTimeout } };
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    this.#renew();
    await super.applySecurityAuthentication(context);
    context.setSignal(AbortSignal.timeout(requestTimeout));
    if (this.getCurrentUser()?.exec !== undefined) return;
    this.#pool ??= context.getDispatcher();
    if (this.#pool !== undefined) context.setDispatcher(this.#pool);
  }

  override async applyToHTTPSOptions(...input: Parameters<KubeConfig['applyToHTTPSOptions']>): Promise<void> {
    this.#renew();
    await super.applyToHTTPSOptions(...input);
  }

  /** What cannot be read now is perhaps being written: what is known goes on, and the next request reads again. */
  #renew(): void {
    const { name, access } = this.#cluster;
    const stamp = kubeconfigStamp(access);
    if (stamp === this.#stamp) return;
    const next = new KubeConfig();
    try {
      load(next, access, name);
    } catch (error) {
      if (error instanceof Problem) return;
      throw error;
    }
    this.loadFromOptions(next);
    this.#stamp = stamp;
    this.#pool = undefined;
  }
}

function load(config: KubeConfig, access: ClusterAccess, name: string): void {
  if (access.kind === 'inCluster') {
    demandPod(name);
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
  const user = config.getContextObject(config.getCurrentContext())?.user;
  if (user === undefined || config.getUser(user) !== null) return;
  throw new Problem('KUBECONFIG_INVALID', { object, expected: `user ${user}`, found: 'no such user' });
}

/** Every pod has these; the library makes an address of them that is none where they are missing. */
const podVariables = ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'] as const;

function demandPod(name: string): void {
  const missing = podVariables.filter((variable) => (process.env[variable] ?? '') === '');
  if (missing.length === 0) return;
  throw new Problem('NOT_IN_CLUSTER', {
    object: `cluster ${name}`,
    expected: 'the environment of a pod',
    found: `no ${missing.join(' and no ')}`,
  });
}

/** YAML errors quote the lines around them, which may hold a token: only the first line is told. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : 'an unknown error';
}

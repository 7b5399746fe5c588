import type { Volumes } from '../world.ts';
import type { IstiodLog } from '../istiod/log.ts';
import { CaClient, type IstiodEndpoint } from './ca-client.ts';
import { identityFrom, newRequest, type WorkloadIdentity } from './identity.ts';

export interface AgentOptions {
  readonly spiffeId: string;
  /** Milliseconds that are asked for. */
  readonly ttl: number;
  /** SECRET_GRACE_PERIOD_RATIO: the part of the life that is left at renewal. */
  readonly gracePeriodRatio: number;
  /** Ready istiod replicas, asked for anew at each attempt. */
  readonly istiods: () => readonly IstiodEndpoint[];
  /** In [0, 1). */
  readonly random: () => number;
  readonly volumes: Volumes;
  readonly log: IstiodLog;
  readonly onIdentity: (identity: WorkloadIdentity) => void;
}

/** pilot-agent's SECRET_GRACE_PERIOD_RATIO_JITTER. */
const jitter = 0.01;
const firstPause = 200;
const longestPause = 2_000;

/** Gets a certificate, and a new one with a new key each time the grace period begins; never gives up. */
export class Agent {
  readonly #o: AgentOptions;
  #timer: NodeJS.Timeout | undefined;
  #client: CaClient | undefined;
  #stopped = false;
  #turn = 0;
  #pause = firstPause;

  constructor(options: AgentOptions) {
    this.#o = options;
    this.#turn = Math.floor(options.random() * 1000);
  }

  start(): void {
    this.#after(0);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#disconnect();
  }

  #after(milliseconds: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#attempt(), milliseconds);
  }

  async #attempt(): Promise<void> {
    const { log, onIdentity } = this.#o;
    try {
      const identity = await this.#request();
      if (this.#stopped) return;
      this.#pause = firstPause;
      log.info('generated new workload certificate', 'cache');
      onIdentity(identity);
      this.#after(renewalDelay(identity, this.#o));
    } catch (error) {
      const text = error instanceof Error ? error.message : 'unknown error';
      log.warn(`failed to get a certificate: ${text}`, 'cache');
      this.#disconnect();
      this.#after(this.#pause);
      this.#pause = Math.min(this.#pause * 2, longestPause);
    }
  }

  async #request(): Promise<WorkloadIdentity> {
    const { volumes, spiffeId, ttl } = this.#o;
    const token = volumes['istio-token']?.read('istio-token');
    if (token === undefined) throw new Error('token not mounted');
    const client = this.#connected();
    const { key, csr } = newRequest(spiffeId);
    return identityFrom(await client.sign({ csr, validityDuration: Math.round(ttl / 1000) }, token), key);
  }

  /** The connection it has, while its istiod is ready; another ready one in turn otherwise. */
  #connected(): CaClient {
    const endpoints = this.#o.istiods();
    if (this.#client !== undefined && endpoints.some(({ pod }) => pod === this.#client?.pod))
      return this.#client;
    this.#disconnect();
    const endpoint = endpoints[this.#turn++ % endpoints.length];
    if (endpoint === undefined) throw new Error('no ready istiod');
    const rootPem = this.#o.volumes['istiod-ca-cert']?.read('root-cert.pem');
    if (rootPem === undefined) throw new Error('root certificate not mounted');
    this.#client = new CaClient(endpoint, rootPem);
    return this.#client;
  }

  #disconnect(): void {
    this.#client?.close();
    this.#client = undefined;
  }
}

/** security/pkg/nodeagent/cache, rotateTime: the life counts from when the answer came to the leaf's end. */
export function renewalDelay(
  { leaf, createdAt }: Pick<WorkloadIdentity, 'leaf' | 'createdAt'>,
  { gracePeriodRatio, random }: { readonly gracePeriodRatio: number; readonly random: () => number },
): number {
  const end = leaf.notAfter.getTime();
  const ratio = Math.min(1, Math.max(0, gracePeriodRatio + (random() * 2 - 1) * jitter));
  return Math.max(0, end - ratio * (end - createdAt.getTime()) - Date.now());
}

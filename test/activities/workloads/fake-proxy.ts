import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { configDumpPath } from '../../../activities/workloads/config-dump.ts';
import { composeBundle } from '../../../pki/bundle.ts';
import type { Certificate } from '../../../pki/certificate.ts';
import { issueLeaf, type Issuer } from '../../../pki/make.ts';
import { listenOnLoopback } from '../../../sim/loopback.ts';
import { configDump } from '../../../sim/proxies/config-dump.ts';
import type { KubeObject, Program } from '../../../sim/world.ts';

/** What istiod would hand out to a proxy that asks now. */
export interface Issuance {
  roots: readonly Certificate[];
  signer: Issuer;
  ttlMs: number;
  /** Anchors of other meshes, which are in no chain. */
  foreign?: readonly Certificate[];
}

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/**
 * A proxy that takes its certificates once, when it starts, and shows them on its admin port. The pod's labels
 * `port: closed` and `exec: broken` or `exec: silent` shut one of the two ways to them; `start: never` keeps it from being ready.
 */
export class FakeProxy implements Program {
  readonly ready: Promise<void>;
  readonly log = { lines: [], onLine: () => () => undefined };
  readonly #dump: string;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #listening;

  constructor(pod: KubeObject, issuance: Issuance, starting: boolean) {
    this.#labels = pod.metadata.labels ?? {};
    this.#dump = dumpOf(issuance);
    this.ready = starting ? Promise.resolve() : new Promise(() => undefined);
    const server = createServer(({ url }, response) => {
      response.writeHead(url === `/${configDumpPath}` ? 200 : 404).end(this.#dump);
    });
    this.#listening = listenOnLoopback(server);
  }

  exec(argv: readonly string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    if (this.#labels['exec'] === 'silent') return new Promise(() => undefined);
    const known = argv.join(' ') === `pilot-agent request GET ${configDumpPath}`;
    return Promise.resolve(
      known && this.#labels['exec'] !== 'broken'
        ? { stdout: this.#dump, stderr: '', exitCode: 0 }
        : { stdout: '', stderr: 'Error: connection refused\n', exitCode: 1 },
    );
  }

  async loopbackPort(port: number) {
    if (port !== 15000 || this.#labels['port'] === 'closed') throw new Error('connection refused');
    return (await this.#listening).port;
  }

  async stop(): Promise<void> {
    await (await this.#listening).close();
  }
}

function dumpOf({ roots, signer, ttlMs, foreign = [] }: Issuance): string {
  const leaf = issueLeaf({ issuer: signer, publicKey, spiffeId: 'spiffe://cluster.local/ns/n/sa/s', ttlMs });
  const held = { version: '1', updatedAt: new Date() };
  return configDump([
    { name: 'default', pem: composeBundle([leaf, signer.cert, ...roots]), ...held },
    { name: 'ROOTCA', pem: composeBundle([...roots, ...foreign]), ...held },
  ]);
}

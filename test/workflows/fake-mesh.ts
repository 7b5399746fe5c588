import type { Activities, Census } from '../../activities/contract.ts';
import type { EvidenceInput } from '../../activities/evidence/document.ts';
import type { ObservedUnit } from '../../rotation/observed.ts';
import type { PhaseName } from '../../rotation/plan.ts';
import type { MeshShape, TimeLimits, WorkloadsPolicy } from '../../rotation/shape.ts';
import { sameSet } from '../../rotation/trust.ts';
import { surveyedAs } from '../support/surveyed.ts';
import { caOf, factsOf, fingerprint, rootA, signer, signersOf } from './fake-ca.ts';

/** One proxy: what it trusts, who signed its leaf, and when it renews by itself. */
interface Proxy {
  roots: readonly string[];
  signer: string;
  renewsAt: number | undefined;
}

interface Unit {
  roots: readonly string[];
  signer: string;
  chain: readonly string[];
  serves: { roots: readonly string[]; signer: string };
  secondPlane: readonly string[];
  proxies: Proxy[];
}

export interface FakeMeshOptions {
  readonly units: readonly string[];
  /** The groups of workers that reach units; the main queue's reach the others. */
  readonly reach?: Readonly<Record<string, string>>;
  readonly workloads?: WorkloadsPolicy;
  readonly proxies?: number;
  readonly limits?: Partial<TimeLimits>;
  /** Milliseconds between the renewals of two proxies; where left out, an hour in one phase and a minute in others. */
  readonly renewEvery?: number;
  /** The phase in which proxies renew but once an hour; distribute where left out. */
  readonly longPhase?: PhaseName;
  /** Milliseconds; the test server's own clock, which skips. */
  readonly clock?: () => Promise<number>;
}

const limits: TimeLimits = {
  sync: 60,
  load: 60,
  secondPlane: 60,
  kubeletPropagation: 60,
  clockSkew: 60,
  rollout: 600,
  censusEvery: 10,
  heartbeat: 30,
  watchEvery: 600,
};
const hour = 3_600_000;
const minute = 60_000;

/** For servers that do not skip over time. */
export const atOnce: Partial<TimeLimits> = { kubeletPropagation: 0, censusEvery: 0.05 };

/** A mesh in memory whose activities change it as the real ones would, and write down the order of calls. */
export class FakeMesh {
  readonly calls: string[] = [];
  /** What was told to be kept, in this order. */
  readonly evidence: EvidenceInput[] = [];
  /** When a census was taken, by the server's clock. */
  readonly censuses: number[] = [];
  /** The units that were looked at again after they were proven, in this order. */
  readonly watched: string[] = [];
  /** The most write units that were under way in distribute at one time. */
  widest = 0;
  readonly #underWay = new Set<string>();
  readonly #units: Map<string, Unit>;
  readonly #options: FakeMeshOptions;
  #versions = 0;

  constructor(options: FakeMeshOptions) {
    this.#options = options;
    this.#units = new Map(options.units.map((name) => [name, newUnit(name, options.proxies ?? 4)]));
  }

  unit(name: string): Unit {
    const unit = this.#units.get(name);
    if (unit === undefined) throw new Error(`the fake mesh has no unit ${name}`);
    return unit;
  }

  shape(): MeshShape {
    const workloads = this.#options.workloads ?? { mode: 'restart', batchPercent: 50 };
    const units = this.#options.units.map((unit) => ({
      unit,
      controlPlanes: [unit],
      clusters: [{ cluster: unit, workloads, reach: this.#options.reach?.[unit] }],
      cronJob: 'wait' as const,
    }));
    return {
      fleet: 'prod',
      mesh: 'payments',
      trustDomain: 'cluster.local',
      waveWidth: 10,
      limits: { ...limits, ...this.#options.limits },
      units,
    };
  }

  observe(name: string): ObservedUnit {
    const unit = this.unit(name);
    const signers = new Map(signersOf(name).map((one) => [one.fingerprint, one]));
    const held = signers.get(unit.signer);
    const count = 1;
    const latestNotAfter = '2098-01-01T00:00:00.000Z';
    return {
      unit: name,
      controlPlanes: [name],
      source: {
        kind: 'keyVault',
        roots: unit.roots,
        signer: held && { ...held, chain: unit.chain },
        certificate: unit.signer,
        chain: unit.chain,
        atomic: false,
        restorable: true,
        heldBy: undefined,
      },
      reload: 'live',
      istiods: [
        { cluster: name, pod: 'istiod-0', revision: 'asm-1-30', version: '1.30.3', serves: unit.serves },
      ],
      clusters: [
        {
          cluster: name,
          proxies: unit.proxies.length,
          unreadable: 0,
          trust: unit.proxies.map(({ roots }) => ({ roots, count })),
          leaves: unit.proxies.map((proxy) => ({
            signer: proxy.signer,
            root: signers.get(proxy.signer)?.root,
            count,
            latestNotAfter,
          })),
          secondPlane: [{ roots: unit.secondPlane, count }],
          longestLeafTtlSeconds: 86_400,
          ambient: false,
        },
      ],
      certificates: factsOf(name),
      strangers: [],
      warnings: [],
    };
  }

  activities(): Activities {
    const note = (call: string) => this.calls.push(call);
    return {
      ...surveyedAs(() => this.shape()),
      inspectCa: ({ ca, units }) =>
        Promise.resolve(
          caOf(
            ca,
            units.map(({ unit }) => unit),
          ),
        ),
      stageCas: ({ units }) => {
        for (const { unit } of units) note(`${unit} staged`);
        return Promise.resolve({ requests: [] });
      },
      acceptCertificate: ({ unit }) => {
        note(`${unit} certified`);
        return Promise.resolve({ fingerprint: fingerprint(`B ${unit}`) });
      },
      disposeStaged: ({ unit }) => {
        note(`${unit} disposed of`);
        return Promise.resolve();
      },
      observeUnit: ({ unit }) => Promise.resolve(this.observe(unit)),
      describeUnits: ({ units }) =>
        Promise.resolve(units.map((unit) => ({ unit, state: 'running', status: 'RUNNING' }))),
      describeRotation: () => Promise.resolve({ running: true, status: 'RUNNING' }),
      writeSource: ({ unit: name, phase, stage, write }) => {
        note(`${phase} ${name} write ${stage}`);
        if (phase === 'distribute') this.#underWay.add(name);
        this.widest = Math.max(this.widest, this.#underWay.size);
        const unit = this.unit(name);
        if (write.roots) unit.roots = write.roots;
        if (write.chain) unit.chain = write.chain;
        if (write.signer) unit.signer = write.signer;
        const version = String(++this.#versions);
        const written = (['root', 'chain', 'cert', 'key'] as const).filter((file) =>
          file === 'root' ? write.roots : file === 'chain' ? write.chain : write.signer,
        );
        const versions = { root: version, chain: version, key: version, cert: version };
        return Promise.resolve({ at: new Date().toISOString(), versions, written });
      },
      awaitSynced: () => Promise.resolve({ at: new Date().toISOString(), pods: ['istiod-0', 'istiod-1'] }),
      awaitLoaded: async ({ unit: name, expect }) => {
        this.unit(name).serves = expect;
        const replicas = [{ cluster: name, pod: 'istiod-0', leafSerial: '1f' }];
        const at = new Date(await this.#now()).toISOString();
        return { at, replicas, by: 'live reload', loggedSerials: [] };
      },
      checkHandshakes: ({ unit }) => {
        note(`activate ${unit} accepted`);
        return Promise.resolve({
          at: new Date().toISOString(),
          handshakes: 4,
          clusters: [...this.#units.keys()].slice(0, 2),
          unasked: [],
        });
      },
      watchUnits: ({ units }) => {
        this.watched.push(...units.map(({ unit }) => unit));
        return Promise.resolve({ at: new Date().toISOString(), replicas: 2 * units.length, regressions: [] });
      },
      awaitSecondPlane: async ({ unit: name, roots }) => {
        this.unit(name).secondPlane = roots;
        const at = new Date(await this.#now()).toISOString();
        return { at, namespaces: 3, changedAt: at };
      },
      takeCensus: async ({ unit: name, phase, expect }) => {
        const every =
          this.#options.renewEvery ?? (phase === (this.#options.longPhase ?? 'distribute') ? hour : minute);
        const census = await this.#census(name, expect, every);
        if (census.converged === census.total) {
          note(`${phase} ${name} converged`);
          this.#underWay.delete(name);
        }
        return census;
      },
      restartStale: ({ unit: name, expect, batchPercent }) => {
        const stale = this.unit(name).proxies.filter((proxy) => !holds(proxy, expect));
        const batch = stale.slice(0, Math.ceil((this.unit(name).proxies.length * batchPercent) / 100));
        for (const proxy of batch) Object.assign(proxy, expect);
        const restarted = batch.map((_, index) => `Deployment payments/app-${index}`);
        const remaining = stale.length - batch.length;
        return Promise.resolve({ at: new Date().toISOString(), restarted, remaining, unmanaged: [] });
      },
      storeEvidence: ({ document }) => {
        this.evidence.push(document);
        return Promise.resolve({ name: `${document.kind}.json`, sha256: fingerprint(document.kind) });
      },
    };
  }

  async #census(name: string, expect: Pick<Proxy, 'roots' | 'signer'>, every: number): Promise<Census> {
    const now = await this.#now();
    this.censuses.push(now);
    const { proxies } = this.unit(name);
    proxies.forEach((proxy, index) => {
      if (holds(proxy, expect)) return;
      proxy.renewsAt ??= now + (index + 1) * every;
      if (this.shape().units[0]?.clusters[0]?.workloads.mode === 'renew' && now >= proxy.renewsAt) {
        Object.assign(proxy, expect, { renewsAt: undefined });
      }
    });
    const stale = proxies.filter((proxy) => !holds(proxy, expect));
    const renewals = stale.map(({ renewsAt }) => renewsAt ?? now);
    const at = (time: number) => (stale.length === 0 ? undefined : new Date(time).toISOString());
    return {
      at: new Date(now).toISOString(),
      total: proxies.length,
      converged: proxies.length - stale.length,
      laggards: stale.map((_, index) => ({ pod: `app-${index}`, reason: 'holds a leaf by A' })),
      nextRenewal: at(Math.min(...renewals)),
      lastRenewal: at(Math.max(...renewals)),
    };
  }

  #now(): Promise<number> {
    return this.#options.clock?.() ?? Promise.resolve(Date.now());
  }
}

function holds(proxy: Proxy, expect: Pick<Proxy, 'roots' | 'signer'>): boolean {
  return proxy.signer === expect.signer && sameSet(proxy.roots, expect.roots);
}

function newUnit(name: string, proxies: number): Unit {
  const { fingerprint: own, chain } = signer('A', name);
  const roots = [rootA];
  return {
    roots,
    signer: own,
    chain,
    serves: { roots, signer: own },
    secondPlane: roots,
    proxies: Array.from({ length: proxies }, () => ({ roots, signer: own, renewsAt: undefined })),
  };
}

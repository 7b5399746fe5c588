import type { SimSettings } from '../world.ts';

/** Live reload with restarts; an old add-on that cannot reload; live reload that waits for renewals. */
export type ClusterKind = 'live' | 'cronJob' | 'renewing';

/** What makes one cluster of the simulated fleet differ from the others. */
export interface ClusterProfile {
  readonly kind: ClusterKind;
  readonly name: string;
  readonly vault: string;
  readonly revision: string;
  readonly version: string;
  /** ISTIO_MULTIROOT_MESH: with it a root change is loaded live. */
  readonly multiRoot: boolean;
  /** The CronJob of older add-ons that restarts istiod. */
  readonly validator: boolean;
  readonly logAsJson: boolean;
  readonly workloads:
    { readonly mode: 'renew' } | { readonly mode: 'restart'; readonly batchPercent: number };
  readonly cronJob: 'wait' | 'runNow';
  readonly settings: SimSettings;
}

/** Of the mesh that all clusters are in. */
export const trustDomain = 'payments.example.com';

/** Counted to the end of a run, at least 50: some turns pass while the machine is busy. */
export const usualHandshakesPerSecond = 60;

/** Minutes and hours made seconds: a root rotation of the whole fleet fits into a minute and a half. */
const demoSettings: SimSettings = {
  csiPollInterval: 1_500,
  csiObjectDelay: 20,
  reloadDebounce: 100,
  cronJobEvery: 4_000,
  kubeletConfigMapDelay: 800,
  leafTtl: 600_000,
  gracePeriodRatio: 0.5,
  podStart: 300,
  podDrain: 250,
  handshakesPerSecond: usualHandshakesPerSecond,
  seed: 1,
};

const regions = ['weu', 'neu', 'eus', 'wus', 'sea', 'jpe', 'uks', 'frc', 'cin', 'brs'];

const kinds: Readonly<Record<ClusterKind, Omit<ClusterProfile, 'kind' | 'name' | 'vault' | 'settings'>>> = {
  live: {
    ...{ revision: 'asm-1-30', version: '1.30.3', multiRoot: true, validator: false, logAsJson: false },
    ...{ workloads: { mode: 'restart', batchPercent: 50 }, cronJob: 'wait' },
  },
  cronJob: {
    ...{ revision: 'asm-1-28', version: '1.28.6', multiRoot: false, validator: true, logAsJson: false },
    ...{ workloads: { mode: 'restart', batchPercent: 50 }, cronJob: 'runNow' },
  },
  renewing: {
    ...{ revision: 'asm-1-29', version: '1.29.3', multiRoot: true, validator: false, logAsJson: true },
    ...{ workloads: { mode: 'renew' }, cronJob: 'wait' },
  },
};

const usual: readonly ClusterKind[] = ['live', 'cronJob', 'renewing'];

/**
 * As many profiles as asked for, of the kinds in `order`, which come again and again; `settings` go over the demo's.
 */
export function profiles(
  count: number,
  settings: Partial<SimSettings> = {},
  order: readonly ClusterKind[] = usual,
): readonly ClusterProfile[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = order[index % order.length] ?? 'live';
    const region = regions[index % regions.length] ?? 'weu';
    const number = Math.floor(index / regions.length) + 1;
    const leafTtl = kind === 'renewing' ? 20_000 : demoSettings.leafTtl;
    return {
      ...kinds[kind],
      kind,
      name: `aks-${region}-${number}`,
      vault: `kv-mesh-${region}-${number}`,
      settings: { ...demoSettings, leafTtl, ...settings, seed: (settings.seed ?? demoSettings.seed) + index },
    };
  });
}

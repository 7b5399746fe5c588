import { type V1Container, type V1Pod } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { z } from 'zod';
import { goDurationSeconds } from './go-duration.ts';

/** How a proxy's agent asks for and renews its leaf. Defaults of istio/istio pkg/security and pilot-agent. */
export interface ProxySettings {
  /** SECRET_TTL, seconds; undefined where the pod says nothing (24 h). */
  readonly ttlSeconds: number | undefined;
  /** SECRET_GRACE_PERIOD_RATIO: the part of the lifetime that is left when the leaf is renewed. */
  readonly graceRatio: number;
  /** SECRET_GRACE_PERIOD_RATIO_JITTER: the ratio varies by as much, up and down. */
  readonly graceJitter: number;
}

const proxyConfig = z.object({ proxyMetadata: z.record(z.string(), z.coerce.string()).optional() });

/**
 * What a pod sets, by the environment of its istio-proxy container or, where the injector has not turned that
 * into environment, by `proxyMetadata` of its annotation proxy.istio.io/config.
 */
export function proxySettings(pod: V1Pod, container: V1Container): ProxySettings {
  const metadata = annotated(pod);
  const value = (name: string): string | undefined =>
    container.env?.find((variable) => variable.name === name)?.value ?? metadata[name];
  return {
    ttlSeconds: goDurationSeconds(value('SECRET_TTL') ?? ''),
    graceRatio: ratio(value('SECRET_GRACE_PERIOD_RATIO')) ?? 0.5,
    graceJitter: ratio(value('SECRET_GRACE_PERIOD_RATIO_JITTER')) ?? 0.01,
  };
}

function annotated(pod: V1Pod): Readonly<Record<string, string>> {
  const text = pod.metadata?.annotations?.['proxy.istio.io/config'];
  if (text === undefined) return {};
  const config = proxyConfig.safeParse(fromYaml(text));
  return config.success ? (config.data.proxyMetadata ?? {}) : {};
}

function fromYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // The injector refuses a pod whose annotation is no YAML, so a proxy that runs took nothing from it.
    return undefined;
  }
}

function ratio(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || text === '' || Number.isNaN(value)
    ? undefined
    : Math.min(1, Math.max(0, value));
}

import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { z } from 'zod';
import { isTrue } from '../go-bool.ts';
import { goDurationSeconds } from './go-duration.ts';

/** How a proxy's agent asks for and renews its leaf. Defaults of istio/istio pkg/security and pilot-agent. */
export interface ProxySettings {
  /** SECRET_TTL, seconds; undefined where the pod says nothing (24 h). */
  readonly ttlSeconds: number | undefined;
  /** The longest that the agent may ask for, seconds; undefined where the pod does not tell it. */
  readonly longestTtlSeconds: number | undefined;
  /** FILE_MOUNTED_CERTS: its leaf comes from files of the pod, and from no istiod. */
  readonly fromFiles: boolean;
  /** SECRET_GRACE_PERIOD_RATIO: the part of the lifetime that is left when the leaf is renewed. */
  readonly graceRatio: number;
  /** SECRET_GRACE_PERIOD_RATIO_JITTER: the ratio varies by as much, up and down. */
  readonly graceJitter: number;
}

const ttlName = 'SECRET_TTL';
/** Seconds; what the agent asks for where nothing is set (pilot-agent, SECRET_TTL). */
export const defaultTtlSeconds = 24 * 3600;

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
    ttlSeconds: goDurationSeconds(value(ttlName) ?? ''),
    longestTtlSeconds: longestTtl(container, metadata[ttlName]),
    fromFiles: isTrue(value('FILE_MOUNTED_CERTS')),
    graceRatio: ratio(value('SECRET_GRACE_PERIOD_RATIO')) ?? 0.5,
    graceJitter: ratio(value('SECRET_GRACE_PERIOD_RATIO_JITTER')) ?? 0.01,
  };
}

/**
 * An annotation that came after the pod is no environment, so that the default counts beside it. Of a value from
 * elsewhere, of one that is no duration and of one that istiod replaces by its own default nothing is known.
 */
function longestTtl(container: V1Container, annotation: string | undefined): number | undefined {
  const own = container.env?.findLast(({ name }) => name === ttlName);
  if (own === undefined && (container.envFrom ?? []).length > 0) return undefined;
  const asked = own === undefined ? annotation : (own.value ?? '');
  if (asked === undefined) return defaultTtlSeconds;
  const seconds = goDurationSeconds(asked) ?? 0;
  if (seconds <= 0) return undefined;
  return own === undefined ? Math.max(seconds, defaultTtlSeconds) : seconds;
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

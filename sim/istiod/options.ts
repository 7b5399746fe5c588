import { containerOf } from '../container-of.ts';
import type { KubeObject } from '../world.ts';

/** What an istiod is told by its pod: arguments, environment, image. */
export interface IstiodOptions {
  readonly pod: string;
  readonly namespace: string;
  /** `default` where none is given. */
  readonly revision: string;
  readonly version: { readonly major: number; readonly minor: number };
  /** ISTIO_MULTIROOT_MESH; false in every version unless set. */
  readonly multiRoot: boolean;
  readonly logAsJson: boolean;
  /** The host that agents dial: `istiod.NS.svc`, or `istiod-REVISION.NS.svc`. */
  readonly host: string;
  /** Names in istiod's serving certificate, sorted as istiod sorts them. */
  readonly dnsNames: readonly string[];
}

/** Reads the `discovery` container of an istiod pod. */
export function istiodOptions(pod: KubeObject): IstiodOptions {
  const { image, args, env } = containerOf(pod, 'discovery');
  const namespace = pod.metadata.namespace ?? 'istio-system';
  const revision = env.get('REVISION') ?? 'default';
  const host = `istiod${revision === 'default' ? '' : `-${revision}`}.${namespace}.svc`;
  return {
    pod: pod.metadata.name,
    namespace,
    revision,
    version: versionOf(image),
    multiRoot: env.get('ISTIO_MULTIROOT_MESH') === 'true',
    logAsJson: args.some((arg) => arg === '--log_as_json' || arg === '--log_as_json=true'),
    host,
    dnsNames: [`istio-pilot.${namespace}.svc`, `istiod-remote.${namespace}.svc`, host].toSorted(),
  };
}

function versionOf(image: string): IstiodOptions['version'] {
  const [, major, minor] = /:v?(\d+)\.(\d+)/.exec(image) ?? [];
  return { major: Number(major ?? 1), minor: Number(minor ?? 30) };
}

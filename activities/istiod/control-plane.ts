import type { V1Deployment } from '@kubernetes/client-node';
import type { ReloadMode } from '../../rotation/observed.ts';
import { isTrue } from '../go-bool.ts';
import { cacertsVolume, istiodContainer, type CacertsVolume } from './cacerts-volume.ts';

/** One revision of istiod in one cluster. */
export interface ControlPlane {
  readonly cluster: string;
  readonly namespace: string;
  /** `default` where its Deployment names none. */
  readonly revision: string;
  readonly deployment: string;
  /** Selects its pods. */
  readonly selector: string;
  /** As the image's tag says: `1.30.3`; `unknown` where it says nothing. */
  readonly version: string;
  readonly multiRoot: boolean;
  /** By the Deployment's template; a replica's own is read from its pod. */
  readonly cacerts: CacertsVolume;
  readonly cronJob: ValidatorCronJob | undefined;
  readonly reload: ReloadMode;
}

/** The add-on's CronJob that compares `cacerts` with istio-ca-root-cert and restarts istiod. */
export interface ValidatorCronJob {
  readonly name: string;
  readonly schedule: string;
  readonly suspended: boolean;
  readonly lastSchedule: Date | undefined;
  readonly lastSuccess: Date | undefined;
}

/** What its Deployment tells of a control plane. */
export function controlPlaneOf(
  cluster: string,
  deployment: V1Deployment,
  cronJob: ValidatorCronJob | undefined,
): ControlPlane {
  const template = deployment.spec?.template.spec;
  const container = template?.containers.find(({ name }) => name === istiodContainer);
  const multiRoot = isTrue(container?.env?.find(({ name }) => name === 'ISTIO_MULTIROOT_MESH')?.value);
  return {
    cluster,
    namespace: deployment.metadata?.namespace ?? '',
    revision: revisionOf(deployment),
    deployment: deployment.metadata?.name ?? '',
    selector: Object.entries(deployment.spec?.selector.matchLabels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    version: versionOf(container?.image),
    multiRoot,
    cacerts: cacertsVolume(template),
    cronJob,
    reload: cronJob !== undefined ? 'cronjob' : multiRoot ? 'live' : 'restart',
  };
}

export function revisionOf(deployment: V1Deployment): string {
  return deployment.metadata?.labels?.['istio.io/rev'] ?? 'default';
}

/** `mcr.microsoft.com/oss/v2/istio/pilot:v1.30.3-1` is 1.30.3. */
export function versionOf(image: string | undefined): string {
  return /:v?(\d+\.\d+\.\d+)/.exec(image ?? '')?.[1] ?? 'unknown';
}

/** The host that istiod's serving certificate is for and that proxies of the revision connect to. */
export function istiodHost({ namespace, revision }: Pick<ControlPlane, 'namespace' | 'revision'>): string {
  return `${revision === 'default' ? 'istiod' : `istiod-${revision}`}.${namespace}.svc`;
}

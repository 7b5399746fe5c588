import type { V1PodSpec, V1Volume } from '@kubernetes/client-node';

/** The driver behind the add-on's volume (Secrets Store CSI). */
const csiDriver = 'secrets-store.csi.k8s.io';

/** What is mounted where istiod reads its CA from; none where it signs by itself. */
export type CacertsVolume =
  | { readonly kind: 'csi'; readonly secretProviderClass: string }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'none' };

/** The container of istiod is called `discovery` in every chart and in the add-on. */
export const istiodContainer = 'discovery';

/** Reads it from a pod's or template's spec: which volume a mesh uses is nothing to assume. */
export function cacertsVolume(spec: V1PodSpec | undefined): CacertsVolume {
  const container = spec?.containers.find(({ name }) => name === istiodContainer);
  const folder = container?.env?.find(({ name }) => name === 'ROOT_CA_DIR')?.value ?? '/etc/cacerts';
  const mount = container?.volumeMounts?.find(
    ({ mountPath }) => withoutDots(mountPath) === withoutDots(folder),
  );
  const volume = spec?.volumes?.find(({ name }) => name === mount?.name);
  return volume === undefined ? { kind: 'none' } : sourceOf(volume);
}

/** istiod's default is the relative `./etc/cacerts`, its working directory being the root. */
function withoutDots(path: string): string {
  return path.replace(/^\.?\//, '').replace(/\/+$/, '');
}

function sourceOf(volume: V1Volume): CacertsVolume {
  const providerClass = volume.csi?.volumeAttributes?.['secretProviderClass'];
  if (volume.csi?.driver === csiDriver && providerClass !== undefined) {
    return { kind: 'csi', secretProviderClass: providerClass };
  }
  const secret =
    volume.secret?.secretName ??
    volume.projected?.sources?.map((source) => source.secret?.name).find((name) => name !== undefined);
  return secret === undefined ? { kind: 'none' } : { kind: 'secret', secret };
}

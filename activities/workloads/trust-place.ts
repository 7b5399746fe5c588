import type { V1ConfigMap } from '@kubernetes/client-node';
import { parseBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { nameOf } from '../../pki/path.ts';
import type { Fingerprint } from '../../rotation/trust.ts';

/** One place of the second trust plane: what agents or the API server trust istiod's serving certificate by. */
export interface TrustPlace {
  /** `namespace shop`, `MutatingWebhookConfiguration istio-sidecar-injector` */
  readonly where: string;
  /** In the order of the place; undefined where there are none, or nothing in it can be read. */
  readonly roots: readonly Fingerprint[] | undefined;
  readonly certificates: readonly Certificate[];
  /** In words. */
  readonly holds: string;
}

export const configMapName = 'istio-ca-root-cert';

/** The ConfigMap istio-ca-root-cert of a namespace; undefined where there is none. */
export function configMapPlace(namespace: string, map: V1ConfigMap | undefined): TrustPlace {
  return placeOf(`namespace ${namespace}`, map?.data?.['root-cert.pem']);
}

/** @param pem undefined where the place has nothing */
export function placeOf(where: string, pem: string | undefined): TrustPlace {
  if (pem === undefined) return { where, roots: undefined, certificates: [], holds: 'nothing' };
  try {
    const roots = parseBundle(pem, where);
    return {
      where,
      roots: roots.map(({ fingerprint }) => fingerprint),
      certificates: roots,
      holds: roots.map(nameOf).join(', '),
    };
  } catch {
    // istiod writes it anew as soon as it is wrong, so that garbage is waited out like any other old content.
    return { where, roots: undefined, certificates: [], holds: 'something that is no certificate' };
  }
}

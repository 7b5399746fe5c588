import type { ObjectName } from '../../activities/inspect/secret.ts';
import { usage } from '../flags.ts';

/** What of a mesh or a cluster is to be looked at. */
export type Where =
  | { readonly kind: 'files' }
  | { readonly kind: 'source' }
  | { readonly kind: 'istiod' }
  | { readonly kind: 'proxy'; readonly pod: ObjectName }
  | { readonly kind: 'secret'; readonly secret: ObjectName };

export type InspectFlags = Readonly<{
  file?: string;
  mesh?: string;
  cluster?: string;
  context?: string;
  kubeconfig?: string;
  source: boolean;
  istiod: boolean;
  proxy?: ObjectName;
  secret?: ObjectName;
  trust?: boolean;
  output: 'text' | 'json';
}>;

const name = { kind: 'parsed', parse: String, optional: true, placeholder: 'NAME' } as const;

export const placeFlags = {
  file: { ...name, brief: 'The fleet file of the mesh to look at', placeholder: 'FILE' },
  mesh: { ...name, brief: 'The mesh; may be left out where the fleet has one' },
  cluster: { ...name, brief: 'The cluster; left out, every cluster with a control plane' },
  context: { ...name, brief: 'Instead of a fleet file: a cluster by its context' },
  kubeconfig: { ...name, brief: 'The file of that context', placeholder: 'FILE' },
  source: {
    kind: 'boolean',
    default: false,
    brief: 'What the CA source of istiod holds: four objects of a vault',
  },
  istiod: {
    kind: 'boolean',
    default: false,
    brief: 'What every running istiod signs with and hands out, by a probe',
  },
  proxy: {
    kind: 'parsed',
    parse: objectName('--proxy'),
    optional: true,
    brief: 'What the proxy of a pod holds',
    placeholder: 'NAMESPACE/POD',
  },
  secret: {
    kind: 'parsed',
    parse: objectName('--secret'),
    optional: true,
    brief: 'A Secret: cacerts, istio-ca-secret, or of type kubernetes.io/tls',
    placeholder: 'NAMESPACE/NAME',
  },
  trust: {
    kind: 'boolean',
    optional: true,
    brief: 'Say who trusts it, by a look at every proxy; the default with a fleet file',
  },
} as const;

/** Throws USAGE unless it is one place. */
export function whereOf(flags: InspectFlags, paths: readonly string[]): Where {
  const { source, istiod, proxy, secret } = flags;
  const places: readonly Where[] = [
    ...(paths.length > 0 ? [{ kind: 'files' } as const] : []),
    ...(source ? [{ kind: 'source' } as const] : []),
    ...(istiod ? [{ kind: 'istiod' } as const] : []),
    ...(proxy === undefined ? [] : [{ kind: 'proxy', pod: proxy } as const]),
    ...(secret === undefined ? [] : [{ kind: 'secret', secret } as const]),
  ];
  const [first, second] = places;
  if (second !== undefined)
    throw usage('what to inspect', oneOf, places.map(({ kind }) => kind).join(' and '));
  if (first !== undefined) return first;
  if (flags.file === undefined && flags.context === undefined)
    throw usage('what to inspect', oneOf, 'nothing');
  return { kind: 'source' };
}

const oneOf = 'one of PATH…, --source, --istiod, --proxy NAMESPACE/POD, --secret NAMESPACE/NAME';

/** Reads `aks-istio-system/cacerts`. */
function objectName(flag: string): (written: string) => ObjectName {
  return (written) => {
    const [, namespace, name] = /^([a-z0-9][a-z0-9-]*)\/([a-z0-9][a-z0-9.-]*)$/.exec(written) ?? [];
    if (namespace !== undefined && name !== undefined) return { namespace, name };
    throw usage(flag, 'NAMESPACE/NAME, such as aks-istio-system/cacerts', written);
  };
}

import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';
import { placeOf, type TrustPlace } from './trust-place.ts';

const revisionLabel = 'istio.io/rev';

/** As both kinds of webhook configuration have it. */
interface Configuration {
  readonly metadata?: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly webhooks?: readonly {
    readonly clientConfig: {
      readonly caBundle?: string;
      readonly service?: { readonly name: string; readonly namespace: string };
    };
  }[];
}

export interface IstiodWebhooks {
  /** Where istiod and its Service are. */
  readonly namespace: string;
  /** Of the istiods in the cluster; undefined where they do not tell, or run elsewhere. */
  readonly revisions: readonly string[] | undefined;
}

/**
 * By what the API server trusts istiod when it calls its webhooks: every caBundle of a webhook whose Service is
 * istiod's and that a running istiod keeps, known by the label istio.io/rev of its configuration (pkg/webhooks,
 * pkg/webhooks/validation/controller); what a removed revision left behind is kept by nobody. An empty caBundle
 * stands for the API server's own roots. Throws Problem as the API server refuses.
 */
export async function readWebhooks(
  client: ClusterClient,
  of: IstiodWebhooks,
): Promise<readonly TrustPlace[]> {
  const { admission } = client;
  const [mutating, validating] = await Promise.all([
    listAll(`mutatingwebhookconfigurations of cluster ${client.name}`, (page) =>
      admission.listMutatingWebhookConfiguration(page),
    ),
    listAll(`validatingwebhookconfigurations of cluster ${client.name}`, (page) =>
      admission.listValidatingWebhookConfiguration(page),
    ),
  ]);
  return [
    ...mutating.flatMap((one) => placesOf('MutatingWebhookConfiguration', one, of)),
    ...validating.flatMap((one) => placesOf('ValidatingWebhookConfiguration', one, of)),
  ];
}

function placesOf(
  kind: string,
  { metadata, webhooks = [] }: Configuration,
  { namespace, revisions }: IstiodWebhooks,
): readonly TrustPlace[] {
  const revision = metadata?.labels?.[revisionLabel];
  if (revision === undefined || revisions?.includes(revision) === false) return [];
  return webhooks.flatMap(({ clientConfig: { service, caBundle = '' } }) => {
    const own = service?.namespace === namespace && /^istiod(-|$)/.test(service.name);
    if (!own || caBundle === '') return [];
    return [placeOf(`${kind} ${metadata?.name ?? ''}`, Buffer.from(caBundle, 'base64').toString('utf8'))];
  });
}

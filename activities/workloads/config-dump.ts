import { z } from 'zod';
import { parseBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { Problem } from '../../problems/problem.ts';

/** The path and query on Envoy's admin port that `parseConfigDump` reads the answer of. */
export const configDumpPath = 'config_dump?mask=dynamic_active_secrets,dynamic_warming_secrets';

/** What a proxy holds for mutual TLS with its peers. */
export interface ProxySecrets {
  /** What it presents, as it presents it: its leaf, then the certificates of cert-chain, then the root bundle. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  /** Its trust anchors, secret `ROOTCA`. */
  readonly roots: readonly Certificate[];
  /** When Envoy took the leaf; undefined where it does not say. */
  readonly updatedAt: Date | undefined;
}

const inline = z.object({ inline_bytes: z.base64() });
/** Envoy's SPIFFE validator (envoy.extensions…tls.v3.SPIFFECertValidatorConfig), as federated meshes have it. */
const validator = z.object({
  typed_config: z
    .object({
      trust_domains: z.array(z.object({ name: z.string(), trust_bundle: inline.optional() })).default([]),
    })
    .optional(),
});
const secretSchema = z.object({
  name: z.string(),
  last_updated: z.string().optional(),
  secret: z
    .object({
      tls_certificate: z.object({ certificate_chain: inline.optional() }).optional(),
      validation_context: z
        .object({ trusted_ca: inline.optional(), custom_validator_config: validator.optional() })
        .optional(),
    })
    .optional(),
});
type Secret = z.infer<typeof secretSchema>;

const dumpSchema = z.object({
  configs: z
    .array(
      z.object({
        dynamic_active_secrets: z.array(secretSchema).default([]),
        dynamic_warming_secrets: z.array(secretSchema).default([]),
      }),
    )
    .default([]),
});

/** A secret of a proxy, its certificates unread. */
export interface ProxySecret {
  readonly name: string;
  /** In use, or waiting to be. */
  readonly status: 'ACTIVE' | 'WARMING';
  /** What is presented. */
  readonly chain: Buffer | undefined;
  /** What is trusted, by trust domain where the proxy tells them apart. */
  readonly anchors: readonly { readonly bytes: Buffer; readonly trustDomain?: string }[];
}

/** Every secret in Envoy's answer, as istioctl lists them. Throws Problem PROXY_UNREADABLE where it is no such answer. */
export function secretsIn(text: string, object: string): readonly ProxySecret[] {
  const { active, warming } = readSecrets(text, object);
  return [
    ...warming.map((secret) => proxySecret(secret, 'WARMING')),
    ...active.map((secret) => proxySecret(secret, 'ACTIVE')),
  ];
}

function proxySecret({ name, secret }: Secret, status: ProxySecret['status']): ProxySecret {
  const chain = secret?.tls_certificate?.certificate_chain;
  const context = secret?.validation_context;
  const domains = context?.custom_validator_config?.typed_config?.trust_domains ?? [];
  return {
    name,
    status,
    chain: chain && bytesOf(chain),
    anchors: [
      ...(context?.trusted_ca === undefined ? [] : [{ bytes: bytesOf(context.trusted_ca) }]),
      ...domains.flatMap(({ name: trustDomain, trust_bundle: bundle }) =>
        bundle === undefined ? [] : [{ bytes: bytesOf(bundle), trustDomain }],
      ),
    ],
  };
}

/**
 * Reads Envoy's answer to `configDumpPath` (envoy.admin.v3.SecretsConfigDump). Only active secrets count: a
 * warming one is not in use yet. `object` names the proxy in errors.
 * Throws Problem PROXY_UNREADABLE where it is no such answer or one of the secrets is not there, and
 * BAD_CERTIFICATE where a secret holds something else.
 */
export function parseConfigDump(text: string, object: string): ProxySecrets {
  const { active, warming } = readSecrets(text, object);
  const own = find('default', { active, warming, object });
  const anchors = find('ROOTCA', { active, warming, object });
  const [leaf, ...rest] = certificates(own.secret?.tls_certificate?.certificate_chain, `leaf of ${object}`);
  const roots = certificates(anchors.secret?.validation_context?.trusted_ca, `trust anchors of ${object}`);
  if (leaf === undefined) throw unreadable(object, 'no certificate in secret default');
  return { chain: [leaf, ...rest], roots, updatedAt: dateOf(own.last_updated) };
}

interface Secrets {
  readonly active: readonly Secret[];
  readonly warming: readonly Secret[];
}

function readSecrets(text: string, object: string): Secrets {
  const dump = dumpSchema.safeParse(fromJson(text, object));
  if (!dump.success) throw unreadable(object, 'an answer of another shape than a dump of secrets');
  return {
    active: dump.data.configs.flatMap((config) => config.dynamic_active_secrets),
    warming: dump.data.configs.flatMap((config) => config.dynamic_warming_secrets),
  };
}

function find(name: string, { active, warming, object }: Secrets & { readonly object: string }): Secret {
  const found = active.find((secret) => secret.name === name);
  if (found !== undefined) return found;
  const waits = warming.some((secret) => secret.name === name);
  throw unreadable(object, waits ? `secret ${name} is still warming` : `no secret ${name}`);
}

function certificates(bytes: z.infer<typeof inline> | undefined, object: string): readonly Certificate[] {
  return parseBundle(bytes === undefined ? '' : bytesOf(bytes).toString('utf8'), object);
}

function bytesOf({ inline_bytes: base64 }: z.infer<typeof inline>): Buffer {
  return Buffer.from(base64, 'base64');
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function fromJson(text: string, object: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON errors quote the text, and a proxy's answer belongs into no error.
    throw unreadable(object, 'an answer that is no JSON');
  }
}

function unreadable(object: string, found: string): Problem {
  return new Problem('PROXY_UNREADABLE', { object, found });
}

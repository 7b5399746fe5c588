import type { HeldSecret } from './secrets.ts';

const dumpType = 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump';
const secretType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

/** What Envoy shows in the place of a private key. */
const redacted = Buffer.from('[redacted]').toString('base64');

/** `GET /config_dump?mask=dynamic_active_secrets,…`, in Envoy's layout with an indent of one. */
export function configDump(secrets: readonly HeldSecret[]): string {
  const shown = secrets.map((secret) => ({
    name: secret.name,
    version_info: secret.version,
    last_updated: secret.updatedAt.toISOString(),
    secret: { '@type': secretType, name: secret.name, ...contents(secret) },
  }));
  const dump = { '@type': dumpType, ...(shown.length === 0 ? {} : { dynamic_active_secrets: shown }) };
  return envoyJson({ configs: [dump] });
}

function contents({ name, pem }: HeldSecret): Readonly<Record<string, unknown>> {
  const bytes = { inline_bytes: Buffer.from(pem).toString('base64') };
  return name === 'ROOTCA'
    ? { validation_context: { trusted_ca: bytes } }
    : { tls_certificate: { certificate_chain: bytes, private_key: { inline_bytes: redacted } } };
}

/** Envoy's admin escapes what could be taken for HTML. */
export function envoyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 1).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')}\n`;
}

import { readFileSync } from 'node:fs';
import { z } from 'zod';

const inline = z.object({ inline_bytes: z.base64() });
const dump = z.object({
  configs: z.array(
    z.object({
      dynamic_active_secrets: z.array(
        z.object({
          name: z.string(),
          secret: z.object({
            tls_certificate: z.object({ certificate_chain: inline }).optional(),
            validation_context: z.object({ trusted_ca: inline }).optional(),
          }),
        }),
      ),
    }),
  ),
});

/** The PEM texts that a captured proxy held: what it presents, and what it trusts. */
export function captured(name: string): { chain: string; roots: string } {
  const file = new URL(`../fixtures/envoy/${name}.config_dump.json`, import.meta.url);
  const { configs } = dump.parse(JSON.parse(readFileSync(file, 'utf8')));
  const secrets = configs.flatMap((config) => config.dynamic_active_secrets.map(({ secret }) => secret));
  const text = (bytes: string | undefined): string => Buffer.from(bytes ?? '', 'base64').toString('utf8');
  return {
    chain: text(secrets.find((s) => s.tls_certificate)?.tls_certificate?.certificate_chain.inline_bytes),
    roots: text(secrets.find((s) => s.validation_context)?.validation_context?.trusted_ca.inline_bytes),
  };
}

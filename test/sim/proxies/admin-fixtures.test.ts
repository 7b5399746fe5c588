import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseBundle } from '../../../pki/bundle.ts';
import { certs } from '../../../sim/proxies/certs.ts';
import { configDump } from '../../../sim/proxies/config-dump.ts';
import type { HeldSecret } from '../../../sim/proxies/secrets.ts';

const bytes = z.object({ inline_bytes: z.base64() });
const dump = z.object({
  configs: z.tuple([
    z.object({
      dynamic_active_secrets: z.array(
        z.object({
          name: z.enum(['default', 'ROOTCA']),
          version_info: z.string(),
          last_updated: z.iso.datetime(),
          secret: z.object({
            tls_certificate: z.object({ certificate_chain: bytes }).optional(),
            validation_context: z.object({ trusted_ca: bytes }).optional(),
          }),
        }),
      ),
    }),
  ]),
});

function fixture(name: string): string {
  return readFileSync(`test/fixtures/envoy/${name}.json`, 'utf8');
}

function secretsOf(text: string): readonly HeldSecret[] {
  const { configs } = dump.parse(JSON.parse(text));
  return configs[0].dynamic_active_secrets.map(({ name, version_info, last_updated, secret }) => {
    const held = secret.tls_certificate?.certificate_chain ?? secret.validation_context?.trusted_ca;
    const pem = Buffer.from(held?.inline_bytes ?? '', 'base64').toString();
    return { name, pem, version: version_info, updatedAt: new Date(last_updated) };
  });
}

test.each(['S0', 'S1', 'S2', 'S3', 'torn-chain'])(
  'dumps the secrets of %s byte for byte as Envoy does',
  (state) => {
    const text = fixture(`${state}.config_dump`);
    expect(configDump(secretsOf(text))).toBe(text);
  },
);

test.each(['S0', 'S1', 'S2', 'S3'])('lists the certificates of %s in the layout of Envoy', (state) => {
  const [chain, roots] = secretsOf(fixture(`${state}.config_dump`)).map(({ pem }) => parseBundle(pem, state));
  const [leaf] = chain ?? [];
  if (leaf === undefined) throw new Error('expected a chain in the fixture');
  const now = new Date('2026-11-21T23:08:00Z');
  const printed: unknown = JSON.parse(certs({ leaf, roots: roots ?? [] }, now));
  const real: unknown = JSON.parse(fixture(`${state}.certs`));
  expect(anonymous(printed)).toEqual(anonymous(real));
});

/** The two captures of a state were taken at different moments, of different leaves. */
function anonymous(value: unknown): unknown {
  const leaf = /"valid_from":"2026-11-21T23:[^"]+","expiration_time":"2026-11-21T23:[^"]+"/g;
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(leaf, '"leaf":true')
      .replaceAll(/"serial_number":"[0-9a-f]{31,32}"/g, '"serial_number":"LEAF"'),
  );
}

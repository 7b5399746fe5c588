import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { placeOfDump } from '../../../activities/inspect/proxy.ts';
import { makeRoot } from '../../../pki/make.ts';

const captured = (name: string) =>
  readFileSync(new URL(`../../fixtures/envoy/${name}.config_dump.json`, import.meta.url), 'utf8');
const placeOf = (dump: string, at = new Date()) =>
  placeOfDump(dump, { object: 'proxy of pod a/b', cluster: 'west', at });

/** As it was while its leaf was valid. */
function inItsTime(dump: string) {
  const [leaf] = placeOf(dump).holdings;
  return placeOf(dump, leaf?.certificate.notAfter);
}
const codes = (dump: string) => inItsTime(dump).findings.map(({ code }) => code);

describe('what a real proxy held', () => {
  it('is shown certificate by certificate, in the order that it presents them', () => {
    const { holdings, path } = inItsTime(captured('S1'));
    expect(holdings.map((one) => [one.name, one.type, one.status, one.certificate.subject])).toEqual([
      ['default', 'Cert Chain', 'ACTIVE', ''],
      ['default', 'Cert Chain', 'ACTIVE', 'CN=Intermediate A,O=Istio'],
      ['default', 'Cert Chain', 'ACTIVE', 'CN=Root A,O=Test'],
      ['default', 'Cert Chain', 'ACTIVE', 'CN=Root A,O=Test'],
      ['default', 'Cert Chain', 'ACTIVE', 'CN=Root B,O=Test'],
      ['ROOTCA', 'CA', 'ACTIVE', 'CN=Root A,O=Test'],
      ['ROOTCA', 'CA', 'ACTIVE', 'CN=Root B,O=Test'],
    ]);
    expect(path.map(({ subject }) => subject)).toEqual(['', 'CN=Intermediate A,O=Istio', 'CN=Root A,O=Test']);
  });

  it('is broken where no peer could verify its leaf', () => {
    expect(codes(captured('S2'))).toEqual([]);
    expect(codes(captured('torn-chain'))).toEqual(['PATH_BROKEN']);
  });
});

it('tells warming secrets, and anchors by trust domain, as a federated proxy has them', () => {
  const bundle = (pem: string) => ({ inline_bytes: Buffer.from(pem).toString('base64') });
  const [east, west] = [makeRoot({ commonName: 'East' }), makeRoot({ commonName: 'West' })];
  const domains = [
    { name: 'east.local', trust_bundle: bundle(east.cert.pem) },
    { name: 'west.local', trust_bundle: bundle(west.cert.pem) },
  ];
  const rootCa = {
    name: 'ROOTCA',
    secret: { validation_context: { custom_validator_config: { typed_config: { trust_domains: domains } } } },
  };
  const warming = { name: 'kubernetes://shop-tls' };
  const dump = { configs: [{ dynamic_active_secrets: [rootCa], dynamic_warming_secrets: [warming] }] };
  const { holdings } = placeOf(JSON.stringify(dump));
  expect(
    holdings.map(({ name, trustDomain, certificate }) => [name, trustDomain, certificate.subject]),
  ).toEqual([
    ['ROOTCA', 'east.local', 'CN=East'],
    ['ROOTCA', 'west.local', 'CN=West'],
  ]);
});

it('quotes nothing of an answer that it does not understand', () => {
  expect(() => placeOf('<html>')).toThrow(expect.objectContaining({ code: 'PROXY_UNREADABLE' }));
});

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../activities/redact.ts';

const vault =
  '/subscriptions/2f0cfe7c-3c5c-4a5b-8f4e-0a4b7b8fd0c2/resourcegroups/mesh/providers/microsoft.keyvault/vaults/kv-Mesh-1';

describe('a text without secrets', () => {
  it('keeps the id of an Azure resource whole, so that the command in a hint can be copied', () => {
    const hint = `az role assignment create --role "Key Vault Secrets Officer" --assignee 7d1c --scope ${vault}`;
    expect(withoutSecrets(hint)).toBe(hint);
  });

  it('hides a key that stands beside such an id, or after its beginning', () => {
    const key = randomBytes(240).toString('base64');
    expect(withoutSecrets(`${vault} ${key}`)).toBe(`${vault} [long value]`);
    for (const glued of [`${vault}/${key}`, `/subscriptions/2f0cfe7c/${key}`]) {
      expect(withoutSecrets(glued)).not.toContain(key.slice(80, 160));
    }
  });

  it('keeps paths of files, however long', () => {
    const path = `/tmp/fresh-eyxt4lm1/tmp/meshturn-tests-aB3xYz/meshturn-QAlqAc/scratch-Zk3/root-b/aks-weu-1/ca-key`;
    expect(withoutSecrets(`${path}.pem: there is no such file`)).toBe(`${path}.pem: there is no such file`);
  });

  it('keeps the name of every document of evidence, whatever ids stand in it', () => {
    for (let round = 0; round < 2_000; round += 1) {
      const [mesh, run] = [randomUUID().slice(0, 8), randomUUID().slice(-12)];
      for (const id of [randomUUID(), `r-${randomBytes(4).toString('hex')}`]) {
        const name = `prod/payments-${mesh}/${id}/units/distribute/aks-weu-1-${mesh}.${run}.json`;
        expect(withoutSecrets(name)).toBe(name);
      }
    }
  });

  it.each([
    ['no digit', 'Wo/EeIaRibcdAOnPpizYhnBLahXsxiHfgpjbQwErTyUiOpAsDfGhJkLzXcVbNmQw'],
    ['few capitals', 'wo3e9ia7ibcd2on+pizyh4nblahx6sxih8fgp1jbq3wert5yuiO7pasd9fghJklz'],
  ])('hides a line of a key with %s', (_, line) => {
    expect(withoutSecrets(`it is ${line}`)).toBe('it is [long value]');
  });

  it('hides every line of a key, in base64 and in hexadecimal, and every long token', () => {
    for (let round = 0; round < 500; round += 1) {
      const [first, second] = ['first', 'second'].map((half) =>
        createHash('sha512')
          .update(`${half} ${String(round)}`)
          .digest(),
      );
      const key = Buffer.concat([first ?? Buffer.of(), second ?? Buffer.of()]).subarray(0, 120);
      const lines = key.toString('base64').replaceAll(/.{64}/g, '$&\n');
      expect(withoutSecrets(`it is ${lines}`)).not.toContain(lines.slice(0, 40));
      expect(withoutSecrets(key.toString('hex'))).toBe('[long value]');
      expect(withoutSecrets(key.toString('base64url'))).toBe('[long value]');
    }
    expect(withoutSecrets(`token ${'abcdefgh'.repeat(12)}`)).toBe('token [long value]');
  });

  it('hides base64 that is folded into lines of whatever length, with words before and behind', () => {
    for (let round = 0; round < 200; round += 1) {
      const key = randomBytes(121).toString('base64');
      for (const width of [8, 16, 20, 32, 40, 48, 59, 64, 76]) {
        const pieces = key.match(new RegExp(`.{1,${String(width)}}`, 'g')) ?? [];
        for (const between of ['\n', '\r\n', '\n    ', '\\n', '",\n "']) {
          const shown = withoutSecrets(`it is: ${pieces.join(between)}\nand no other`);
          expect(pieces.filter((one) => one.length > 5 && shown.includes(one))).toEqual([]);
          expect(shown).toContain('it is: ');
        }
      }
    }
  });

  it.each([
    ['in JSON', (d: string) => `{"kty":"EC","crv":"P-256","d":"${d}","x":"AQAB"}`],
    ['in JSON of several lines', (d: string) => `{\n  "d" : "${d}"\n}`],
    ['in a text of JSON', (d: string) => JSON.stringify({ key: JSON.stringify({ d }) })],
    ['of RSA', (d: string) => `{"e":"AQAB","qi":"${d}"}`],
    ['that is symmetric', (d: string) => `{"kty":"oct","k":"${d.slice(0, 22)}"}`],
    ['as Python prints it', (d: string) => `{'kty': 'EC', 'd': '${d}'}`],
    ['as Go prints it', (d: string) => `map[crv:P-256 d:${d} kty:EC]`],
  ])('hides the private part of a JWK %s', (_, jwk) => {
    for (let round = 0; round < 200; round += 1) {
      const d = randomBytes(32).toString('base64url');
      expect(withoutSecrets(jwk(d))).not.toContain(d.slice(0, 8));
    }
  });

  it.each([
    ['as openssl prints them', ':', 15, ':\n    '],
    ['in a text of JSON', ':', 15, ':\\n    '],
    ['in one line', ':', 64, ':'],
    ['of a dump', ' ', 16, '\n'],
    ['without anything between', '', 30, '\n'],
  ])('hides the bytes of a key %s', (_, between, width, fold) => {
    const digits = randomBytes(32).toString('hex').match(/../g);
    const lines = Array.from({ length: Math.ceil(32 / width) }, (_line, index) =>
      (digits ?? []).slice(index * width, (index + 1) * width).join(between),
    );
    const shown = withoutSecrets(`priv:\n    ${lines.join(fold)}\npub: none`);
    expect(lines.filter((line) => shown.includes(line.slice(0, 8)))).toEqual([]);
    expect(shown).toContain('none');
  });

  it('keeps fingerprints, each in a line, in words and as openssl writes them', () => {
    const all = Array.from({ length: 5 }, () => randomBytes(32).toString('hex'));
    const text = `expected one of\n${all.join('\n')}\nfound ${all[0] ?? ''}`;
    expect(withoutSecrets(text)).toBe(text);
    const colons = (all[1] ?? '').toUpperCase().replaceAll(/..(?!$)/g, '$&:');
    const told = `sha256 Fingerprint=${colons}`;
    expect(withoutSecrets(told)).toBe(told);
  });

  it('keeps names and paths, each in a line', () => {
    const units = Array.from({ length: 20 }, (_, index) => `aks-weu-${String(index)}`).join('\n');
    const paths = ['/etc/istio/ca/root-cert.pem', '/etc/istio/ca/cert-chain.pem', '/usr/bin/step'].join('\n');
    for (const text of [units, paths]) expect(withoutSecrets(text)).toBe(text);
  });
});

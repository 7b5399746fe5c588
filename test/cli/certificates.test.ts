import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyPem, makeIntermediate, makeRoot } from '../../pki/make.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';
import { Problem } from '../../problems/problem.ts';
import type { Submission } from '../../rotation/requests.ts';
import { golden } from './golden.ts';
import { scripted } from './session.ts';

const csr = '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n';

describe('certificates that are signed elsewhere', () => {
  it('are asked for by files, and brought as files', async () => {
    const root = makeRoot({ commonName: 'Root B' });
    const units = ['aks-weu-1', 'aks-neu-1'].map((unit) => {
      const { cert } = makeIntermediate({ issuer: root, commonName: unit });
      const publicKey = createHash('sha256').update(publicKeyInfo(cert.x509.publicKey)).digest('hex');
      return { unit, cert, publicKey, csr };
    });
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-signed-'));
    const file = '-f fleets/prod.yaml';
    const waiting = {
      ...scripted(),
      requests: () => Promise.resolve({ requests: units, taken: [], staging: false }),
      submit: (_: unknown, { publicKey }: Submission) =>
        publicKey === units[0]?.publicKey
          ? Promise.resolve(units[0].cert.fingerprint)
          : Promise.resolve(
              new Problem('CERTIFICATE_NOT_AS_ASKED', {
                object: 'the certificate that was issued for aks-neu-1',
                expected: 'pathLen 0',
                found: 'pathLen without limit',
              }),
            ),
    };
    const out = (text: string) =>
      text.replaceAll(folder, './signed').replaceAll(/\b[0-9a-f]{64}\b/g, '#'.repeat(64));
    await golden('requests', `rotation requests ${file} --out ${folder}`, { rotations: waiting }, out);
    expect(await readFile(join(folder, 'payments', 'aks-neu-1.csr'), 'utf8')).toBe(csr);
    const none = { ...waiting, requests: () => Promise.resolve({ requests: [], taken: [], staging: false }) };
    await golden('requests-none', `rotation requests ${file} --out ${folder}`, { rotations: none }, out);
    const some = {
      ...waiting,
      requests: () => Promise.resolve({ requests: units, taken: [], staging: true }),
    };
    await golden('requests-some', `rotation requests ${file} --out ${folder}`, { rotations: some }, out);
    const stopped = {
      code: 'KEY_VAULT_FORBIDDEN',
      message: 'secret ca-key-meshturn-next in https://kv-mesh-neu.vault.azure.net: Key Vault refuses access',
      hint: 'let it write there; then: meshturn rotation retry prod/payments',
    };
    const still = {
      ...some,
      requests: () => Promise.resolve({ requests: units, taken: [], staging: true, stopped }),
    };
    await golden('requests-stopped', `rotation requests ${file} --out ${folder}`, { rotations: still }, out);
    for (const { unit, cert } of units)
      await writeFile(join(folder, `${unit}.pem`), cert.pem + root.cert.pem);
    await writeFile(join(folder, 'mine.pem'), makeRoot({ commonName: 'Mine' }).cert.pem);
    await writeFile(
      join(folder, 'torn.pem'),
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    );
    await writeFile(join(folder, 'notes.txt'), 'signed on Friday\n');
    await golden('submit', `rotation submit ${file} ${folder}`, { rotations: waiting }, out);
    const [first, second] = units.map(({ unit, publicKey, cert }) => ({
      unit,
      publicKey,
      fingerprint: cert.fingerprint,
    }));
    const taken = {
      ...waiting,
      requests: () =>
        Promise.resolve({ requests: [], taken: [first, second].flatMap((one) => one ?? []), staging: false }),
    };
    await golden('submit-again', `rotation submit ${file} ${folder}`, { rotations: taken }, out);
    await golden('submit-stopped', `rotation submit ${file} ${folder}`, { rotations: still }, out);
    await writeFile(join(folder, 'key.pem'), keyPem(root.key));
    await golden('submit-key', `rotation submit ${file} ${folder}`, { rotations: none }, out);
  });
});

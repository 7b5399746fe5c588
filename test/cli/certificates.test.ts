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

describe('certificates that are signed elsewhere', () => {
  it('are asked for by files, and brought as files', async () => {
    const root = makeRoot({ commonName: 'Root B' });
    const units = ['aks-weu-1', 'aks-neu-1'].map((unit) => {
      const { cert } = makeIntermediate({ issuer: root, commonName: unit });
      const publicKey = createHash('sha256').update(publicKeyInfo(cert.x509.publicKey)).digest('hex');
      return { unit, cert, publicKey, csr: 'a request\n' };
    });
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-signed-'));
    const file = '-f fleets/prod.yaml';
    const waiting = {
      ...scripted(),
      requests: () => Promise.resolve({ requests: units, staging: false }),
      submit: (_: unknown, { publicKey }: Submission) =>
        publicKey === units[0]?.publicKey
          ? Promise.resolve('5f3a'.repeat(16))
          : Promise.reject(
              new Problem('CERTIFICATE_NOT_AS_ASKED', {
                object: 'the certificate that was issued for aks-neu-1',
                expected: 'pathLen 0',
                found: 'pathLen without limit',
              }),
            ),
    };
    const out = (text: string) => text.replaceAll(folder, './signed');
    await golden('requests', `rotation requests ${file} --out ${folder}`, { rotations: waiting }, out);
    expect(await readFile(join(folder, 'aks-neu-1.csr'), 'utf8')).toBe('a request\n');
    const none = { ...waiting, requests: () => Promise.resolve({ requests: [], staging: false }) };
    await golden('requests-none', `rotation requests ${file} --out ${folder}`, { rotations: none }, out);
    const some = { ...waiting, requests: () => Promise.resolve({ requests: units, staging: true }) };
    await golden('requests-some', `rotation requests ${file} --out ${folder}`, { rotations: some }, out);
    for (const { unit, cert } of units)
      await writeFile(join(folder, `${unit}.pem`), cert.pem + root.cert.pem);
    await writeFile(join(folder, 'mine.pem'), makeRoot({ commonName: 'Mine' }).cert.pem);
    await writeFile(
      join(folder, 'torn.pem'),
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    );
    await golden('submit', `rotation submit ${file} ${folder}`, { rotations: waiting }, out);
    await writeFile(join(folder, 'key.pem'), keyPem(root.key));
    await golden('submit-key', `rotation submit ${file} ${folder}`, { rotations: none }, out);
  });
});

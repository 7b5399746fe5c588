import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encryptKey, openKey } from '../../../pki/encrypted-key.ts';
import { issueIntermediate, issueRoot } from '../../../pki/issue.ts';
import { makeKey } from '../../../pki/key-types.ts';
import { keyPem } from '../../../pki/make.ts';
import { localSigner, type Signer } from '../../../pki/sign.ts';
import { publicKeyInfo } from '../../../pki/tbs.ts';
import { tracesOf } from '../../support/key-traces.ts';
import { now } from '../samples.ts';
import { session, type World } from '../session.ts';

const passphrase = 'correct-horse-battery';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-secrets-'));
  await writeFile(join(folder, 'passphrase'), passphrase);
});
afterAll(() => rm(folder, { recursive: true }));

const run = (line: string, world: World = {}) =>
  session(
    line.split(' ').map((word) => word.replace(/^DIR\b/, folder)),
    { at: now, env: { MESHTURN_DEBUG: '1', P: passphrase }, ...world },
  );

it('no command prints a part of a key or of a passphrase, whether it ends well or not', async () => {
  const init = 'ca init --out DIR/root --passphrase-env P';
  const ran = [
    await run(init),
    await run('ca init --out DIR/asked -o text', { answers: [passphrase, passphrase] }),
    await run('ca init --out DIR/differs', { answers: [passphrase, `${passphrase}!`] }),
    await run('ca init --out DIR/open --key-type rsa-2048 --no-encrypt -o json'),
    await run(init),
    await run('ca request aks-1 aks-2 --out DIR/new -o json'),
    await run('ca request aks-1 --out DIR/new'),
    await run('ca sign DIR/new --root DIR/root --out DIR/new', { answers: [`${passphrase}!`] }),
    await run('ca sign DIR/new --root DIR/root --root-key DIR/open/root-key.pem --out DIR/new'),
    await run('ca sign DIR/new/aks-1/ca-key.pem --root DIR/root --out DIR/new --passphrase-env P'),
    await run('ca sign DIR/new --root DIR/root --root-key DIR/passphrase --out DIR/new'),
    await run('ca sign DIR/new --root DIR/root --out DIR/new --passphrase-file DIR/passphrase'),
  ];
  const codes = ran.map(({ exit }) => exit);
  expect(codes).toEqual([0, 0, 64, 0, 65, 0, 65, 4, 65, 65, 65, 0]);
  const files = await readdir(folder, { recursive: true });
  const keys = files.filter((name) => name.endsWith('-key.pem'));
  expect(keys).toHaveLength(5);
  const traces = await Promise.all(
    keys.map(async (name) => tracesOf(await readFile(join(folder, name), 'utf8'), passphrase)),
  );
  const said = ran.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  for (const trace of [...traces.flat(), passphrase]) expect(said).not.toContain(trace);
  expect(said).not.toMatch(/-----BEGIN/);
});

it('no error of the making of certificates holds a part of a key or of a passphrase', async () => {
  const [key, other] = [makeKey('ecdsa-p384'), makeKey('ecdsa-p384')];
  const signer = localSigner(key);
  const root = await issueRoot({ signer, name: { commonName: 'A' }, now });
  const lying: Signer = { ...signer, sign: () => Promise.resolve(Buffer.alloc(8)) };
  const asked = { subject: Buffer.from('3000', 'hex'), publicKey: publicKeyInfo(other), now };
  const encrypted = await encryptKey(key, passphrase);
  const failures: readonly (() => unknown)[] = [
    () => issueRoot({ signer: lying, name: { commonName: 'A' } }),
    () => issueIntermediate({ issuer: { cert: root, signer: localSigner(other) }, ...asked }),
    () => issueIntermediate({ issuer: { cert: root, signer }, ...asked, now: new Date('2049-01-01') }),
    () => openKey(encrypted, `${passphrase}!`, 'root-key.pem'),
    () => openKey(keyPem(key).slice(0, 150), undefined, 'root-key.pem'),
  ];
  const traces = [key, other].flatMap((one) => tracesOf(keyPem(one)));
  for (const fail of failures) {
    const thrown: unknown = await Promise.resolve()
      .then(fail)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(thrown).toBeInstanceOf(Error);
    const told = inspect(thrown, { depth: Infinity, showHidden: true, maxStringLength: Infinity });
    for (const trace of [...traces, passphrase]) expect(told).not.toContain(trace);
  }
});

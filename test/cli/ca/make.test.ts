import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNewCa } from '../../../activities/new-ca/read-new-ca.ts';
import { parseCertificate } from '../../../pki/certificate.ts';
import { keyTypes } from '../../../pki/key-types.ts';
import { ecKey, make } from '../../pki/corpus/made.ts';
import { now } from '../samples.ts';
import { expectDescribed } from '../schemas/committed.ts';
import { fleetFile, session, type World } from '../session.ts';
import { madeTranscript } from './made-transcript.ts';

const passphrase = 'correct horse battery';
const asked = { answers: [passphrase, passphrase], at: now };
const terminal = { columns: 80, rows: 24 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-make-'));
  await writeFile(join(folder, 'passphrase'), `${passphrase}\n`, { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true }));

const at = (...parts: string[]): string => join(folder, ...parts);
const text = (...parts: string[]): Promise<string> => readFile(at(...parts), 'utf8');
const run = (line: string, world: World = { at: now }) =>
  session(
    line.split(' ').map((word) => word.replace(/^DIR\b/, folder)),
    world,
  );
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

/** A root without a passphrase, and requests of two units. */
async function rootAndRequests(): Promise<void> {
  expect(await run('ca init --out DIR/root --no-encrypt')).toMatchObject({ exit: 0 });
  expect(await run('ca request aks-weu-1 aks-neu-1 --out DIR/new')).toMatchObject({ exit: 0 });
}

describe('meshturn ca', () => {
  it('makes a root, requests and intermediates that a rotation reads as its new CA', async () => {
    const init = 'ca init --out DIR/root --passphrase-file DIR/passphrase --days 400';
    expect(await run(init)).toMatchObject({ exit: 0 });
    expect(await run(`ca request -f ${fleetFile} --mesh payments --out DIR/new`)).toMatchObject({ exit: 0 });
    const sign = 'ca sign DIR/new --root DIR/root --out DIR/new --passphrase-file DIR/passphrase';
    const signed = await run(sign);
    expect(signed).toMatchObject({ exit: 0 });
    expect(signed.stderr).toContain('They end with their root');
    const units = ['aks-weu-1', 'aks-neu-1', 'aks-eus-1'];
    const ca = await readNewCa(
      { kind: 'root', directory: at('new') },
      units.map((unit) => ({ unit, currentRoots: [] })),
      now,
    );
    expect([...ca.units.keys()]).toEqual(units);
    for (const [unit, { cert }] of ca.units) {
      expect(cert.subject).toMatch(
        new RegExp(`^CN=Intermediate CA - ${unit} [0-9a-f]{8},L=${unit},O=Istio$`),
      );
      expect(cert.notAfter).toEqual(ca.roots[0]?.notAfter);
      expect(await modeOf(at('new', unit, 'ca-key.pem'))).toBe(0o600);
    }
    expect((await run('ca inspect DIR/new')).exit).toBe(0);
  });

  it.each([
    ['init', 'ca init --out DIR/root', { ...asked, terminal }],
    ['init-wide', 'ca init --out DIR/root --name Root-B --no-encrypt', { at: now }],
    ['init-no-passphrase', 'ca init --out DIR/root', { at: now }],
    ['init-short', 'ca init --out DIR/root', { answers: ['short'] }],
    ['init-differs', 'ca init --out DIR/root', { answers: [passphrase, 'another passphrase'] }],
    ['init-two-places', 'ca init --out DIR/root --passphrase-env P --passphrase-fd 3', {}],
    ['init-cancelled', 'ca init --out DIR/root', { answers: [undefined] }],
    ['request', 'ca request aks-weu-1 aks-neu-1 --out DIR/new', {}],
    ['request-nothing', 'ca request --out DIR/new', {}],
    ['request-odd', 'ca request aks_weu_1 --out DIR/new', {}],
    ['sign-nothing', 'ca sign --root DIR/root --out DIR/new', {}],
    ['sign-no-requests', 'ca sign DIR --root DIR/root --out DIR/new', {}],
  ])('answers as in made/%s', async (name, line, world: World) => {
    await madeTranscript(name, line, folder, world);
  });

  it.each([
    ['sign', 'ca sign DIR/new --root DIR/root --out DIR/signed', { answers: [passphrase] }],
    ['sign-wrong', 'ca sign DIR/new --root DIR/root --out DIR/signed', { answers: ['another passphrase'] }],
    ['init-again', 'ca init --out DIR/root', asked],
    ['request-again', 'ca request aks-eus-1 aks-neu-1 --out DIR/new', {}],
  ])('answers on what is there as in made/%s', async (name, line, world: World) => {
    await run('ca init --out DIR/root --passphrase-file DIR/passphrase');
    await run('ca request aks-weu-1 aks-neu-1 --out DIR/new');
    await madeTranscript(name, line, folder, { at: now, ...world });
  });

  it('describes what it has made under -o json, and asks nobody', async () => {
    const json = { at: now, answers: ['n'] };
    const made = [
      await run('ca init --out DIR/root --no-encrypt -o json', json),
      await run('ca request aks-weu-1 --out DIR/new -o json', json),
      await run('ca sign DIR/new --root DIR/root --out DIR/new -o json', json),
    ];
    const [root, request, signed] = made.map(({ stdout }) => expectDescribed(stdout));
    expect(root).toMatchObject({
      certificates: [{ key: { kind: 'EC P-256' } }],
      files: [{ holds: 'privateKey' }, { path: at('root', 'root-cert.pem'), holds: 'certificate' }],
    });
    expect(request).toMatchObject({ requests: [{ unit: 'aks-weu-1' }], certificates: [] });
    expect(signed).toMatchObject({ certificates: [{ unit: 'aks-weu-1' }], requests: [] });
    const unasked = await run('ca init --out DIR/other -o json', json);
    expect(unasked).toMatchObject({ exit: 64, stdout: '' });
    expect(unasked.stderr).toContain('[PASSPHRASE_MISSING]');
  });

  it.each(keyTypes)('keeps a root key of %s for its owner alone, as openssl opens it', async (type) => {
    const world = { at: now, env: { P: passphrase } };
    await run(`ca init --out DIR/root --key-type ${type} --passphrase-env P`, world);
    expect(await modeOf(at('root', 'root-key.pem'))).toBe(0o600);
    const argv = ['pkey', '-in', at('root', 'root-key.pem'), '-passin', `file:${at('passphrase')}`];
    const key = createPrivateKey(execFileSync('openssl', argv));
    expect(parseCertificate(await text('root', 'root-cert.pem'), 'root').x509.checkPrivateKey(key)).toBe(
      true,
    );
  });

  it('reads a passphrase from a file descriptor', async () => {
    const fd = openSync(at('passphrase'), 'r');
    expect(await run(`ca init --out DIR/root --passphrase-fd ${fd}`)).toMatchObject({ exit: 0 });
    closeSync(fd);
    await run('ca request aks-weu-1 --out DIR/new');
    const sign = 'ca sign DIR/new --root DIR/root --out DIR/new --passphrase-file DIR/passphrase';
    expect(await run(sign)).toMatchObject({ exit: 0 });
  });

  it.each([
    ['of several lines', 'a passphrase of\nseveral lines\n', 'PASSPHRASE_UNFIT'],
    ['that is empty', '\n', 'PASSPHRASE_UNFIT'],
    ['that no program would take again', `${'long enough '.repeat(100)}\n`, 'PASSPHRASE_UNFIT'],
    ['that is not there', undefined, 'PASSPHRASE_MISSING'],
  ])('takes no passphrase from a file %s', async (_, content, code) => {
    if (content !== undefined) await writeFile(at('p'), content);
    const ran = await run('ca init --out DIR/root --passphrase-file DIR/p');
    expect(ran).toMatchObject({ exit: 64 });
    expect(ran.stderr).toContain(`[${code}]`);
    await expect(readdir(at('root'))).rejects.toThrow('ENOENT');
  });

  it('writes over nothing, not even over a link that leads nowhere, and then makes nothing', async () => {
    await rootAndRequests();
    await mkdir(at('signed', 'aks-weu-1'), { recursive: true });
    await symlink(at('nowhere'), at('signed', 'aks-weu-1', 'cert-chain.pem'));
    const ran = await run('ca sign DIR/new --root DIR/root --out DIR/signed');
    expect(ran).toMatchObject({ exit: 65, stdout: '' });
    expect(ran.stderr).toContain(`${at('signed', 'aks-weu-1', 'cert-chain.pem')}: it is there already`);
    expect(await readdir(at('signed'), { recursive: true })).toEqual([
      'aks-weu-1',
      'aks-weu-1/cert-chain.pem',
    ]);
  });

  it.each([
    ['init', 'ca init --out DIR/out --no-encrypt'],
    ['request', 'ca request aks-weu-1 --out DIR/out'],
    ['sign', 'ca sign DIR/new --root DIR/root --out DIR/out'],
  ])('writes nothing where ca %s is interrupted while it works', async (_, line) => {
    await rootAndRequests();
    expect(await run(line, { at: now, interruptAfter: 0 })).toMatchObject({ exit: 130, stdout: '' });
    await expect(readdir(at('out'))).rejects.toThrow('ENOENT');
  });

  it('takes away what it has written where the rest cannot be', async () => {
    await rootAndRequests();
    await mkdir(at('signed'));
    // The folder of the second unit is a file.
    await writeFile(at('signed', 'aks-weu-1'), '');
    const ran = await run('ca sign DIR/new --root DIR/root --out DIR/signed');
    expect(ran.exit).not.toBe(0);
    const left = await readdir(at('signed'), { recursive: true, withFileTypes: true });
    expect(left.filter((one) => one.isFile()).map(({ name }) => name)).toEqual(['aks-weu-1']);
  });

  it('signs for further units into the folder of the first, and leaves its root as it is', async () => {
    await rootAndRequests();
    await run('ca sign DIR/new/aks-weu-1/ca-cert.csr --root DIR/root --out DIR/new');
    const before = await text('new', 'root-cert.pem');
    expect(await run('ca sign DIR/new/aks-neu-1 --root DIR/root --out DIR/new')).toMatchObject({ exit: 0 });
    expect(await text('new', 'root-cert.pem')).toBe(before);
    await run('ca init --out DIR/other --no-encrypt');
    await run('ca request aks-eus-1 --out DIR/new');
    const other = await run('ca sign DIR/new/aks-eus-1 --root DIR/other --out DIR/new');
    expect(other.stderr).toContain('[FILE_EXISTS]');
  });

  it('refuses keys on P-521 by the name of what has them, and asks for no passphrase', async () => {
    await rootAndRequests();
    const key = ecKey('P-521');
    await mkdir(at('p521'));
    await writeFile(at('p521', 'root-cert.pem'), make({ name: 'Root P', key }).pem);
    const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
    await writeFile(at('p521', 'root-key.pem'), key.export(locked));
    const root = await run('ca sign DIR/new --root DIR/p521 --out DIR/signed', asked);
    expect(root.exit).toBe(65);
    expect(root.stderr).toContain(`the key of "CN=Root P" in ${at('p521', 'root-cert.pem')}`);
    expect(root.stderr).toContain('EC P-521');
    const curve = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-521',
      '-nodes',
      '-keyout',
      at('p521.key'),
    ];
    execFileSync('openssl', ['req', '-new', ...curve, '-subj', '/CN=P/L=aks-eus-1', '-out', at('p521.csr')], {
      stdio: 'pipe',
    });
    const request = await run('ca sign DIR/p521.csr --root DIR/root --out DIR/signed');
    expect(request.exit).toBe(65);
    expect(request.stderr).toContain(`the key of ${at('p521.csr')}`);
    expect(request.stderr).toContain('EC P-521');
  });

  it('knows its root by the certificate, in the very file that it was read from and in a copy', async () => {
    await rootAndRequests();
    const spelled = `Root of the mesh\r\n${(await text('root', 'root-cert.pem')).replaceAll('\n', '\r\n')}`;
    await mkdir(at('copy'));
    await writeFile(at('copy', 'root-cert.pem'), spelled);
    await writeFile(at('root', 'root-cert.pem'), spelled);
    await symlink(at('root'), at('link'));
    for (const [requests, out] of [
      ['aks-weu-1', 'DIR/root'],
      ['aks-neu-1', 'DIR/link/.'],
      ['aks-weu-1', 'DIR/copy'],
    ])
      expect(await run(`ca sign DIR/new/${requests} --root DIR/root --out ${out}`)).toMatchObject({
        exit: 0,
      });
    expect(await text('copy', 'root-cert.pem')).toBe(spelled);
    expect(await text('root', 'root-cert.pem')).toBe(spelled);
  });

  it('signs with no other key than the root’s', async () => {
    await rootAndRequests();
    await run('ca init --out DIR/other --no-encrypt');
    const ran = await run('ca sign DIR/new --root DIR/root --root-key DIR/other/root-key.pem --out DIR/x');
    expect(ran).toMatchObject({ exit: 65, stdout: '' });
    expect(ran.stderr).toContain('[KEY_MISMATCH]');
  });
});

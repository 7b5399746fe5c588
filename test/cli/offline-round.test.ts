import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCertificate } from '../../pki/certificate.ts';
import { makeRoot } from '../../pki/make.ts';
import { codes, type ProblemCode } from '../../problems/registry.ts';
import { offlineRotation } from './offline-rotation.ts';
import { now } from './samples.ts';
import { expectDescribed } from './schemas/committed.ts';
import { fleetFile, session, type World } from './session.ts';

const units = ['aks-eus-1', 'aks-neu-1', 'aks-weu-1'];
const mesh = `-f ${fleetFile} --mesh payments`;

let folder: string;
let rotation: ReturnType<typeof offlineRotation>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-offline-'));
  expect(await run('ca init --out DIR/root --no-encrypt')).toMatchObject({ exit: 0 });
  rotation = offlineRotation(units, parseCertificate(await text('root', 'root-cert.pem'), 'root'), now);
});
afterEach(() => rm(folder, { recursive: true }));

const at = (...parts: string[]): string => join(folder, ...parts);
const text = (...parts: string[]): Promise<string> => readFile(at(...parts), 'utf8');
const run = (line: string, world: Partial<World> = {}) =>
  session(
    line.split(' ').map((word) => word.replace(/^DIR\b/, folder)),
    { at: now, rotations: rotation, ...world },
  );
const ask = (rest = '') => run(`rotation requests ${mesh} --out DIR/requests${rest}`);
const sign = (what: string) => run(`ca sign ${what} --root DIR/root --out DIR/signed`);
const bring = (rest = 'DIR/signed') => run(`rotation submit ${mesh} ${rest}`);

describe('certificates that are signed off line', () => {
  it('go from the request over ca sign to the rotation, some at a time', async () => {
    const asked = await ask();
    expect(asked.exit).toBe(0);
    expect(asked.stdout).toBe(units.map((unit) => `${at('requests', 'payments', `${unit}.csr`)}\n`).join(''));
    expect(asked.stderr).toContain(
      `meshturn ca sign ${at('requests', 'payments')} --root DIR --out ./signed`,
    );
    const some = await sign('DIR/requests/payments/aks-neu-1.csr');
    expect(some.exit).toBe(0);
    expect(some.stderr).toContain('meshturn rotation submit -f FILE --mesh MESH');
    expect(some.stderr).not.toContain('ca-key.pem');
    const first = await bring();
    expect(first.stdout).toMatch(/^aks-neu-1 [0-9a-f]{64} \S+ca-cert\.pem, \S+cert-chain\.pem\n$/);
    expect(first.stderr).toBe('1 taken, 0 refused; 2 still waited for.\n');
    expect(first.exit).toBe(0);

    expect((await ask()).stdout.split('\n')).toHaveLength(3);
    const rest = await sign('DIR/requests');
    expect(rest.exit).toBe(0);
    expect(rest.stderr).toContain(`aks-neu-1 is signed already: ${at('signed', 'aks-neu-1', 'ca-cert.pem')}`);
    const second = await bring();
    expect(second.exit).toBe(0);
    expect(second.stdout).toMatch(/^aks-neu-1 [0-9a-f]{64} already taken\naks-eus-1 .*\naks-weu-1 .*\n$/);
    expect(second.stderr).toBe('2 taken, 1 already taken, 0 refused; 0 still waited for.\n');
    expect(await bring()).toMatchObject({
      exit: 0,
      stderr: '0 taken, 3 already taken, 0 refused; 0 still waited for.\n',
    });
    expect((await sign('DIR/requests')).exit).toBe(0);
    expect(await ask()).toMatchObject({ exit: 0, stderr: 'prod/payments waits for no certificate.\n' });
  });

  it('are all signed out of one file of requests, and told as documents', async () => {
    const asked = await ask(' -o json');
    expect(expectDescribed(asked.stdout)).toMatchObject({
      fleet: 'prod',
      requests: units.map((unit) => ({ unit })),
    });
    const all = await Promise.all(units.map((unit) => text('requests', 'payments', `${unit}.csr`)));
    await writeFile(at('requests.pem'), all.join(''));
    const signed = await sign('DIR/requests.pem');
    expect(signed.stderr).toContain('meshturn rotation submit');
    expect(signed.stderr).toContain('ca-key.pem');
    await rm(at('signed', 'aks-eus-1'), { recursive: true });
    await writeFile(at('signed', 'mine.pem'), makeRoot({ commonName: 'Mine' }).cert.pem);
    const brought = await bring('DIR/signed -o json');
    expect(brought.exit).toBe(1);
    expect(expectDescribed(brought.stdout)).toMatchObject({
      taken: [{ unit: 'aks-neu-1' }, { unit: 'aks-weu-1' }],
      refused: [{ files: [at('signed', 'mine.pem')], code: 'CERTIFICATE_NOT_REQUESTED' }],
      waiting: ['aks-eus-1'],
    });
    expect(expectDescribed((await bring('DIR/signed -o json')).stdout)).toMatchObject({
      already: [{ unit: 'aks-neu-1' }, { unit: 'aks-weu-1' }],
    });
    expect(expectDescribed((await ask(' -o json')).stdout)).toMatchObject({
      requests: [{ unit: 'aks-eus-1' }],
      taken: [{ unit: 'aks-neu-1' }, { unit: 'aks-weu-1' }],
    });
  });

  it('are refused with their file, and those of one key are tried together', async () => {
    await ask();
    await sign('DIR/requests');
    const request = at('requests', 'payments', 'aks-eus-1.csr');
    const openssl = (out: string, ...more: string[]) => {
      const by = ['-CA', at('root', 'root-cert.pem'), '-CAkey', at('root', 'root-key.pem'), '-days', '30'];
      execFileSync('openssl', ['x509', '-req', '-in', request, ...by, ...more, '-out', out], {
        stdio: 'pipe',
      });
    };
    await mkdir(at('wrong'));
    openssl(at('wrong', 'a.pem'));
    const wrong = await bring('DIR/wrong');
    expect(wrong.exit).toBe(1);
    expect(wrong.stderr).toMatch(/issued for aks-eus-1, in \S+wrong\/a\.pem: .*\[CERTIFICATE_NOT_AS_ASKED\]/);
    const whole = `${await text('wrong', 'a.pem')}${await text('signed', 'root-cert.pem')}`;
    await writeFile(at('signed', 'a-longer-one.pem'), whole);
    expect(await bring()).toMatchObject({
      exit: 0,
      stderr: '3 taken, 0 refused; 0 still waited for.\n',
    });
    const [taken] = [...rotation.taken.values()].filter(({ unit }) => unit === 'aks-eus-1');
    const cert = parseCertificate(await text('signed', 'aks-eus-1', 'ca-cert.pem'), 'signed');
    expect(taken?.fingerprint).toBe(cert.fingerprint);
    const late = await bring('DIR/wrong');
    expect(late.exit).toBe(1);
    expect(late.stderr).toMatch(
      /aks-eus-1, in \S+a\.pem: .*\[CERTIFICATE_NOT_REQUESTED\]\n {2}expected [0-9a-f]{64}, which/,
    );
  });
});

describe('what is brought in another form', () => {
  const signedOne = () => at('signed', 'aks-eus-1', 'ca-cert.pem');
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  beforeEach(async () => {
    await ask();
    await sign('DIR/requests');
    await mkdir(at('other'));
  });

  it.each<[string, string, () => Promise<unknown>]>([
    [
      'DER',
      'NOT_PEM',
      () =>
        Promise.resolve(openssl('x509', '-in', signedOne(), '-outform', 'DER', '-out', at('other', 'a.cer'))),
    ],
    [
      'PKCS#7',
      'NOT_PEM',
      () =>
        Promise.resolve(
          openssl(
            'crl2pkcs7',
            '-nocrl',
            '-certfile',
            signedOne(),
            '-outform',
            'DER',
            '-out',
            at('other', 'a.p7b'),
          ),
        ),
    ],
    [
      'PKCS#7 as PEM',
      'NO_CERTIFICATE',
      () =>
        Promise.resolve(
          openssl('crl2pkcs7', '-nocrl', '-certfile', signedOne(), '-out', at('other', 'a.p7c')),
        ),
    ],
    [
      'TRUSTED CERTIFICATE',
      'NO_CERTIFICATE',
      () => Promise.resolve(openssl('x509', '-in', signedOne(), '-trustout', '-out', at('other', 'a.pem'))),
    ],
    [
      'UTF-16',
      'NOT_PEM',
      async () => writeFile(at('other', 'a.pem'), `\ufeff${await readFile(signedOne(), 'utf8')}`, 'utf16le'),
    ],
    [
      'UTF-8 behind a byte order mark',
      'NOT_PEM',
      async () => writeFile(at('other', 'a.pem'), `\ufeff${await readFile(signedOne(), 'utf8')}`),
    ],
    [
      'PEM that is cut off',
      'BAD_CERTIFICATE',
      () => writeFile(at('other', 'a.pem'), '-----BEGIN CERTIFICATE-----\nMIIB\n'),
    ],
    ['a link to nothing', 'CA_FILE_MISSING', () => symlink(at('nowhere'), at('other', 'a.pem'))],
  ])('is named by its file: %s', async (_, code, write) => {
    await write();
    const { exit, stderr } = await bring('DIR/other');
    expect(exit).toBe(1);
    expect(stderr).toMatch(new RegExp(`other/a\\.[\\s\\S]*\\[${code}\\]`));
    expect(stderr).toMatch(
      /^ {2}hint: ((convert it: )?(openssl|iconv)|take it off|look at it|name what|name a PEM)/m,
    );
    expect(stderr).toContain('0 taken, 1 refused; 3 still waited for.');
  });

  it('is read where it is a link to a certificate, and once where it is there twice', async () => {
    await mkdir(at('other', 'data'));
    await copyFile(signedOne(), at('other', 'data', 'ca.pem'));
    await symlink('data', at('other', '..data'));
    await symlink(join('..data', 'ca.pem'), at('other', 'ca.pem'));
    await symlink('.', at('other', 'again'));
    const { exit, stdout } = await bring('DIR/other');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^aks-eus-1 [0-9a-f]{64} \S+ca\.pem\n$/);
  });

  it('fails where nothing is in the folder that anybody signs, and says what is passed over', async () => {
    expect(await bring('DIR/other')).toMatchObject({
      exit: 1,
      stderr: '0 taken, 0 refused; 3 still waited for.\n',
    });
    await writeFile(at('other', 'README'), 'as agreed\n');
    expect(await bring('DIR/other')).toMatchObject({
      exit: 1,
      stderr: `${at('other', 'README')} is passed over: text.\n0 taken, 0 refused; 3 still waited for.\n`,
    });
    expect(await bring('DIR/requests')).toMatchObject({ exit: 1 });
  });

  it('is sent to nobody where a key is with it, in whatever form', async () => {
    await copyFile(signedOne(), at('other', 'a.pem'));
    openssl('pkey', '-in', at('root', 'root-key.pem'), '-outform', 'DER', '-out', at('other', 'b.key'));
    const { exit, stderr } = await bring('DIR/other');
    expect(exit).toBe(65);
    expect(stderr).toContain('[KEY_AMONG_CERTIFICATES]');
    expect(rotation.taken.size).toBe(0);
  });
});

describe('requests', () => {
  it('of two meshes lie in one folder', async () => {
    expect(await ask()).toMatchObject({ exit: 0 });
    const other = offlineRotation(units, makeRoot({ commonName: 'Root C' }).cert, now);
    const prod = await readFile(fleetFile, 'utf8');
    await writeFile(
      at('two.yaml'),
      `${prod}${prod.slice(prod.indexOf('  - name: payments')).replace('payments', 'orders')}`,
    );
    const more = await run('rotation requests -f DIR/two.yaml --mesh orders --out DIR/requests', {
      rotations: other,
    });
    expect(more).toMatchObject({ exit: 0 });
    expect(await sign('DIR/requests/orders')).toMatchObject({ exit: 0 });
  });

  it.each<[string, ProblemCode, () => Promise<unknown>]>([
    ['another text', 'FILE_EXISTS', () => writeFile(at('requests', 'payments', 'aks-neu-1.csr'), 'mine\n')],
    ['a link', 'FILE_EXISTS', () => symlink(at('elsewhere'), at('requests', 'payments', 'aks-neu-1.csr'))],
    [
      'a file in place of the folder',
      'FILE_EXISTS',
      async () => {
        await rm(at('requests', 'payments'), { recursive: true });
        await writeFile(at('requests', 'payments'), '');
      },
    ],
    [
      'a file in place of a folder above it',
      'FILE_NOT_WRITTEN',
      async () => {
        await rm(at('requests'), { recursive: true });
        await writeFile(at('requests'), '');
      },
    ],
  ])('are not written over %s', async (_, code, spoil) => {
    await mkdir(at('requests', 'payments'), { recursive: true });
    await spoil();
    const { exit, stderr } = await ask();
    expect(exit).toBe(codes[code].exit);
    expect(stderr).toMatch(new RegExp(`requests/payments(/aks-\\w+-1\\.csr)?: .*\\[${code}\\]`));
    await expect(text('elsewhere')).rejects.toThrow();
  });
});

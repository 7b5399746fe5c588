import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { readNewCa } from '../../../activities/new-ca/read-new-ca.ts';
import { wantedOf } from '../../../activities/new-ca/wanted.ts';
import { issueLeaf } from '../../../pki/make.ts';
import { issuerOf, make, rsaKey } from '../../pki/corpus/made.ts';
import { caFiles, makeMeshCa, writeNewCa } from '../../../sim/new-ca.ts';

const units = ['aks-1', 'aks-2'];
const asRoot = units.map((unit) => ({ unit, currentRoots: [] }));
const b = makeMeshCa({ generation: 'B', units });
const other = makeMeshCa({ generation: 'C', units });
const weakRoot = make({ name: 'Root D', key: rsaKey(1024) });
const leaf = issueLeaf({
  issuer: b.root,
  publicKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
  ttlMs: 60_000,
});

describe('a new CA in a folder', () => {
  let directory: string;
  const path = (...parts: string[]): string => join(directory, ...parts);
  const ref = (): { kind: 'root'; directory: string } => ({ kind: 'root', directory });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'meshturn-new-ca-'));
    await writeNewCa(directory, b);
  });

  it('tells roots, signers by unit and facts, and neither key nor PEM', async () => {
    const wanted = wantedOf(await readNewCa(ref(), asRoot), asRoot);
    const root = b.root.cert.fingerprint;
    const signer = (unit: string): string => b.units.get(unit)?.cert.fingerprint ?? '';
    expect(wanted).toMatchObject({ kind: 'root', roots: [root] });
    expect(wanted.signers).toEqual({
      'aks-1': { fingerprint: signer('aks-1'), root, chain: [signer('aks-1'), root] },
      'aks-2': { fingerprint: signer('aks-2'), root, chain: [signer('aks-2'), root] },
    });
    expect(wanted.certificates.map(({ subject }) => subject)).toEqual([
      'CN=Root B,O=Istio',
      expect.stringContaining('Intermediate CA - B1') as string,
      expect.stringContaining('Intermediate CA - B2') as string,
    ]);
    expect(JSON.stringify(wanted)).not.toContain('BEGIN');
  });

  it('hides its keys from printing and serialising', async () => {
    const ca = await readNewCa(ref(), asRoot);
    const units = Object.fromEntries(ca.units);
    expect(inspect(ca, { depth: 10, showHidden: true })).not.toContain('PRIVATE KEY');
    expect(JSON.stringify(units)).not.toContain('PRIVATE KEY');
    expect(ca.units.get('aks-1')?.key.reveal()).toBe(caFiles(b, 'aks-1').key);
  });

  it('needs no root where only intermediates change, and takes the one in use', async () => {
    await rm(path('root-cert.pem'));
    const kept = units.map((unit) => ({ unit, currentRoots: [b.root.cert] }));
    const intermediate = { kind: 'intermediate' as const, directory };
    const wanted = wantedOf(await readNewCa(intermediate, kept), kept);
    expect(wanted.roots).toEqual([]);
    expect(wanted.signers['aks-2']?.root).toBe(b.root.cert.fingerprint);
  });

  it('refuses intermediates of another root, and says how to rotate to that root', async () => {
    const kept = units.map((unit) => ({ unit, currentRoots: [other.root.cert] }));
    const wrong = {
      code: 'NEW_CA_OTHER_ROOT',
      details: {
        expected: 'below "CN=Root C,O=Istio"',
        found: 'below "CN=Root B,O=Istio"',
        hint: expect.stringContaining(`--root ${directory}`) as string,
      },
    };
    await expect(readNewCa({ kind: 'intermediate', directory }, kept)).rejects.toMatchObject({
      code: 'NEW_CA_OTHER_ROOT',
      parts: [wrong, wrong],
    });
  });

  it('says where that root is to be put where only the chain has it', async () => {
    await rm(path('root-cert.pem'));
    const kept = [{ unit: 'aks-1', currentRoots: [other.root.cert] }];
    await expect(readNewCa({ kind: 'intermediate', directory }, kept)).rejects.toMatchObject({
      code: 'NEW_CA_OTHER_ROOT',
      hint: `issue it from a root in use, or put that into ${path('root-cert.pem')} and rotate to its root: --root ${directory}`,
    });
  });

  it.each([
    ['root-cert.pem'],
    ['aks-1', 'cert-chain.pem'],
    ['aks-1', 'ca-cert.pem'],
    ['aks-1', 'root-cert.pem'],
  ])('refuses a private key beside certificates, without a word of it: %s %s', async (...file) => {
    const certificates = file.includes('root-cert.pem') ? b.root.cert.pem : caFiles(b, 'aks-1').chain;
    await writeFile(path(...file), `${certificates}${caFiles(b, 'aks-1').key}`);
    const refused = readNewCa(ref(), asRoot);
    await expect(refused).rejects.toMatchObject({
      code: 'KEY_AMONG_CERTIFICATES',
      details: { object: path(...file), found: 'a PRIVATE KEY block' },
    });
    await expect(refused).rejects.not.toThrow(/BEGIN/);
  });

  it('refuses intermediates whose root is nowhere, and names the roots in use', async () => {
    const kept = [{ unit: 'aks-1', currentRoots: [other.root.cert] }];
    await rm(path('root-cert.pem'));
    await writeFile(path('aks-1', 'cert-chain.pem'), caFiles(b, 'aks-1').cert);
    await expect(readNewCa({ kind: 'intermediate', directory }, kept)).rejects.toMatchObject({
      code: 'PATH_BROKEN',
      details: { expected: 'below "CN=Root C,O=Istio"' },
      hint: 'issue it from a root in use, or rotate the root as well with --root DIR',
    });
  });

  it('refuses a root in a block that istiod passes over', async () => {
    const lost = other.root.cert.pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE');
    await writeFile(path('root-cert.pem'), b.root.cert.pem + lost);
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'CERT_MALFORMED',
      details: { found: 'a block TRUSTED CERTIFICATE among them' },
    });
  });

  it('refuses an intermediate in place of a root', async () => {
    await writeFile(path('root-cert.pem'), caFiles(b, 'aks-1').cert);
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'ROOT_NOT_SELF_SIGNED',
      details: {
        object: expect.stringMatching(/root-cert\.pem$/) as string,
        found: 'one signed by "CN=Root B,O=Istio"',
      },
    });
  });

  it('tells of a wrong root, a missing file and a wrong key at once', async () => {
    await writeFile(path('root-cert.pem'), leaf.pem);
    await rm(path('aks-1', 'ca-key.pem'));
    await writeFile(path('aks-2', 'ca-key.pem'), caFiles(other, 'aks-2').key);
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      parts: [
        { code: 'NEW_CA_FILE_MISSING', details: { expected: 'a PEM file', found: 'no such file' } },
        { code: 'NOT_A_CA', details: { expected: 'a CA certificate' } },
        { code: 'KEY_MISMATCH', details: { found: 'another ec key' } },
      ],
      hint: 'mend the files named, and run the same command again',
    });
  });

  it('names a root that is no CA once, whatever the number of units', async () => {
    await writeFile(path('root-cert.pem'), leaf.pem);
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'NOT_A_CA',
      details: { object: expect.stringMatching(/root-cert\.pem$/) as string },
    });
  });

  it('names every file that is missing', async () => {
    await rm(path('aks-1', 'ca-key.pem'));
    await rm(path('aks-2'), { recursive: true });
    const missing = [
      path('aks-1', 'ca-key.pem'),
      ...['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem'].map((file) => path('aks-2', file)),
    ];
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'NEW_CA_FILE_MISSING',
      details: {
        object: directory,
        expected: 'aks-1/ca-key.pem, aks-2/ca-cert.pem, aks-2/ca-key.pem and 1 more',
      },
      parts: missing.map((object) => ({ code: 'NEW_CA_FILE_MISSING', details: { object } })),
    });
  });

  it('names a folder that is missing, or no folder, once', async () => {
    const expected = 'a folder with root-cert.pem, aks-1/ca-cert.pem, aks-1/ca-key.pem and 4 more';
    const wrong = [
      [path('none'), 'nothing of that name'],
      [path('root-cert.pem'), 'a file'],
    ] as const;
    for (const [directory, found] of wrong) {
      await expect(readNewCa({ kind: 'root', directory }, asRoot)).rejects.toMatchObject({
        code: 'NEW_CA_FOLDER_MISSING',
        details: { object: directory, expected, found },
      });
    }
  });

  it('names a root file that is missing', async () => {
    await rm(path('root-cert.pem'));
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'NEW_CA_FILE_MISSING',
      details: { object: path('root-cert.pem') },
    });
  });

  it('refuses a root file without certificates', async () => {
    await writeFile(path('root-cert.pem'), '');
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'BAD_CERTIFICATE',
      details: { object: path('root-cert.pem') },
    });
  });

  it('names a file that cannot be read', async () => {
    await rm(path('aks-1', 'ca-key.pem'));
    const inTheWay = path('aks-1', 'ca-key.pem', 'x');
    await writeNewCa(inTheWay, b);
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'NEW_CA_FILE_UNREADABLE',
      details: { object: path('aks-1', 'ca-key.pem'), found: 'EISDIR' },
    });
  });

  it.each([
    ['the key of another certificate', 'ca-key.pem', caFiles(other, 'aks-1').key, 'KEY_MISMATCH'],
    [
      'a chain of another generation',
      'cert-chain.pem',
      caFiles(other, 'aks-1').chain,
      'CHAIN_LACKS_CERTIFICATE',
    ],
    ['a leaf in place of a CA', 'ca-cert.pem', 'no certificate', 'BAD_CERTIFICATE'],
  ])('refuses %s and names the folder', async (_what, file, text, code) => {
    await writeFile(path('aks-1', file), text);
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(path('aks-1')) as string,
    });
  });

  it('tells of every unit that is wrong', async () => {
    for (const unit of units) await writeFile(path(unit, 'ca-key.pem'), caFiles(other, unit).key);
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'KEY_MISMATCH',
      parts: [{ code: 'KEY_MISMATCH' }, { code: 'KEY_MISMATCH' }],
    });
  });

  it('takes a copy of the root in a folder and refuses another one', async () => {
    await writeFile(path('aks-1', 'root-cert.pem'), b.root.cert.pem);
    await expect(readNewCa(ref(), asRoot)).resolves.toMatchObject({ kind: 'root' });
    await writeFile(path('aks-1', 'root-cert.pem'), other.root.cert.pem);
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'NEW_CA_ROOT_DIFFERS',
      details: { object: path('aks-1', 'root-cert.pem') },
    });
  });

  it('refuses a file in DER form, and says how to convert it', async () => {
    await writeFile(path('aks-1', 'ca-cert.pem'), b.root.cert.der);
    await expect(readNewCa(ref(), asRoot)).rejects.toMatchObject({
      code: 'NOT_PEM',
      details: { object: path('aks-1', 'ca-cert.pem'), found: 'a certificate in DER form' },
      hint: expect.stringContaining('openssl x509 -inform DER') as string,
    });
  });

  it('refuses a new key that verifiers may not take, and takes one that is in use above new intermediates', async () => {
    const signer = issuerOf(make({ name: 'Signer D', issuer: weakRoot }));
    const inUse = issuerOf(weakRoot);
    await writeNewCa(directory, { root: inUse, units: new Map([['aks-1', signer]]) });
    const one = [{ unit: 'aks-1', currentRoots: [inUse.cert] }];
    await expect(readNewCa(ref(), one)).rejects.toMatchObject({
      code: 'KEY_NOT_SUPPORTED',
      details: { found: 'RSA 1024' },
    });
    const intermediate = { kind: 'intermediate' as const, directory };
    await expect(readNewCa(intermediate, one)).resolves.toMatchObject({ roots: [] });
  });

  it('refuses a CA that has expired by then', async () => {
    const in30Years = new Date(Date.now() + 30 * 365 * 24 * 3_600_000);
    await expect(readNewCa(ref(), asRoot, in30Years)).rejects.toMatchObject({ code: 'CERT_EXPIRED' });
  });

  it('is made with keys that only their owner can read', async () => {
    const { mode } = await stat(path('aks-1', 'ca-key.pem'));
    expect(mode & 0o777).toBe(0o600);
    await chmod(path('aks-1', 'ca-key.pem'), 0o400);
    await expect(readNewCa(ref(), asRoot)).resolves.toMatchObject({ kind: 'root' });
  });
});

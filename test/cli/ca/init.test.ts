import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCertificate } from '../../../pki/certificate.ts';
import { now } from '../samples.ts';
import { session, type World } from '../session.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'meshturn-init-'))));
afterEach(() => rm(folder, { recursive: true }));

const init = (flags: readonly string[], world: World = { at: now }) =>
  session(['ca', 'init', '--out', join(folder, 'root'), '--no-encrypt', ...flags], world);
const madeRoot = async () =>
  parseCertificate(await readFile(join(folder, 'root', 'root-cert.pem'), 'utf8'), 'the root');

describe('meshturn ca init', () => {
  it('makes a root that begins before 1950, where it is told to', async () => {
    expect(await init(['--backdate', '30000d'])).toMatchObject({ exit: 0 });
    const { notBefore } = await madeRoot();
    expect(notBefore).toEqual(new Date(Math.floor(now.getTime() / 1000) * 1000 - 30_000 * 86_400_000));
  });

  it.each([
    ['--days', '3000000'],
    ['--days', '9000000000000000'],
    ['--backdate', '999999d'],
  ])('refuses %s %s, since no certificate can say that', async (flag, value) => {
    const ran = await init([flag, value]);
    expect(ran).toMatchObject({ exit: 64, stdout: '' });
    expect(ran.stderr).toContain('[USAGE]');
    expect(ran.stderr).toContain(`${flag}: `);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['--name', '--organization'])(
    'takes no control characters in %s, and prints none',
    async (flag) => {
      const ran = await init([flag, 'Root\u001b[1A\u009b2K']);
      expect(ran).toMatchObject({ exit: 64, stdout: '' });
      expect(ran.stderr).toContain(`${flag}: `);
      expect(ran.stderr).not.toMatch(/\u001b|\u009b/);
    },
  );

  it.each(['--passphrase-file', '--passphrase-fd', '--passphrase-env'])(
    'leaves no key open while %s names a passphrase for it',
    async (flag) => {
      const ran = await init([flag, '9']);
      expect(ran).toMatchObject({ exit: 64, stdout: '' });
      expect(ran.stderr).toMatch(/expected a passphrase or --no-encrypt\s+found +both/);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([
    ['--name', ''],
    ['--name', ' '],
    ['--organization', ''],
    ['--name', 'a'.repeat(65)],
    ['--organization', 'ü'.repeat(65)],
  ])('takes no %s of %j', async (flag, text) => {
    const ran = await init([flag, text]);
    expect(ran).toMatchObject({ exit: 64, stdout: '' });
    expect(ran.stderr).toContain(`${flag}: `);
    expect(await init(['--name', 'ü'.repeat(64)])).toMatchObject({ exit: 0 });
  });

  it('ends where no folder can be made, and makes those above its own otherwise', async () => {
    // A file system that takes no folders, and says that there is none above them.
    const ran = await session(['ca', 'init', '--out', '/proc/meshturn/root', '--no-encrypt'], { at: now });
    expect(ran).toMatchObject({ exit: 1, stdout: '' });
    expect(ran.stderr).toContain('[FILE_NOT_WRITTEN]');
    const deep = join(folder, 'a', 'b', '.', 'c');
    expect(await session(['ca', 'init', '--out', deep, '--no-encrypt'], { at: now })).toMatchObject({
      exit: 0,
    });
    expect(await readdir(deep)).toEqual(['root-cert.pem', 'root-key.pem']);
  });
});

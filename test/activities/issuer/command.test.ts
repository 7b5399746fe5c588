import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askFor } from '../../../activities/issuer/asked.ts';
import { commandIssuer } from '../../../activities/issuer/command.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import { makeKey } from '../../../pki/key-types.ts';
import { keyPem, makeRoot } from '../../../pki/make.ts';
import { eventually } from '../../support/eventually.ts';

const asked = askFor('aks-1', new PrivateKey(keyPem(makeKey('ecdsa-p256'))));
const root = makeRoot({ commonName: 'Root B' }).cert;

const running = (script: string, timeout = 30) =>
  commandIssuer({
    kind: 'command',
    run: [process.execPath, '-e', script, '$(touch /tmp/no-shell) `id`'],
    timeout,
  }).issue(asked, []);

it('gives the request to the program and takes its certificates', async () => {
  const script = `
    let csr = '';
    process.stdin.on('data', (part) => { csr += part; }).on('end', () => {
      if (!csr.startsWith('-----BEGIN CERTIFICATE REQUEST-----')) process.exit(3);
      if (process.argv[1] !== '$(touch /tmp/no-shell) \`id\`') process.exit(4);
      process.stdout.write(${JSON.stringify(root.pem)});
    });`;
  expect((await running(script)).map(({ fingerprint }) => fingerprint)).toEqual([root.fingerprint]);
});

it.each([
  [
    'what it said where it fails',
    `console.error('policy 7 forbids it'); process.exit(9)`,
    '9: policy 7 forbids it',
  ],
  ['a signal that ended it', `process.kill(process.pid, 'SIGTERM')`, 'SIGTERM'],
  ['that it wrote nothing', `console.error('hm')`, 'nothing: hm'],
  ['that it gave a key away', `console.log('-----BEGIN PRIVATE KEY-----')`, 'a PRIVATE KEY block'],
  [
    'that it wrote without end',
    `setInterval(() => console.log('x'.repeat(1e5)))`,
    'more than 262144 characters',
  ],
])('tells %s', async (_, script, found) => {
  await expect(running(script)).rejects.toMatchObject({ code: 'ISSUER_FAILED', details: { found } });
});

it('names a program that is not there', async () => {
  const nothing = commandIssuer({ kind: 'command', run: ['/nowhere/step'], timeout: 30 });
  await expect(nothing.issue(asked, [])).rejects.toMatchObject({
    code: 'ISSUER_FAILED',
    details: { object: 'the command /nowhere/step', found: 'ENOENT' },
  });
});

it('ends the program, and what that has started, when its time is over', async () => {
  const pid = join(await mkdtemp(join(tmpdir(), 'meshturn-command-')), 'pid');
  const script = `
    const { pid } = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' });
    require('node:fs').writeFileSync(${JSON.stringify(pid)}, String(pid));
    console.error('asking …');`;
  await expect(running(script, 3)).rejects.toMatchObject({
    code: 'ISSUER_FAILED',
    details: { expected: 'an answer within 3 s', found: 'none: asking …' },
  });
  const child = Number(await readFile(pid, 'utf8'));
  await eventually(() => {
    expect(() => process.kill(child, 0)).toThrow();
    return Promise.resolve();
  });
});

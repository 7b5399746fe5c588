import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it, vi } from 'vitest';
import { askFor } from '../../../activities/issuer/asked.ts';
import { commandIssuer } from '../../../activities/issuer/command.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import { makeKey } from '../../../pki/key-types.ts';
import { keyPem, makeRoot } from '../../../pki/make.ts';
import { eventually } from '../../support/eventually.ts';

const asked = askFor('aks-1', new PrivateKey(keyPem(makeKey('ecdsa-p256'))));
const root = makeRoot({ commonName: 'Root B' }).cert;

const running = (script: string, timeout = 30, env: readonly string[] = []) =>
  commandIssuer({
    kind: 'command',
    run: [process.execPath, '-e', script, '$(touch /tmp/no-shell) `id`'],
    ...{ folder: '/', timeout, env },
  }).issue(asked, []);

/** An expression that starts another program, which holds the pipes of the first and ends when it is killed. */
const startsAnother = (how: string) => `(() => {
    const stay = ['-e', 'setInterval(() => {}, 1e6)'];
    const other = require('node:child_process').spawn(process.execPath, stay, { stdio: 'inherit', ${how} });
    other.unref();
    return other;
  })()`;

const pidFile = async () => join(await mkdtemp(join(tmpdir(), 'meshturn-command-')), 'pid');

async function pidIn(file: string): Promise<number> {
  const text = await readFile(file, 'utf8');
  expect(text).not.toBe('');
  return Number(text);
}

const gone = (pid: number) =>
  eventually(() => {
    expect(() => process.kill(pid, 0)).toThrow();
  });

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
  [
    'what it said where it wrote no certificate',
    `console.log('usage'); console.error('no such template')`,
    `what ${process.execPath} has written: it cannot be read as a certificate (expected PEM blocks CERTIFICATE, found text without any): no such template`,
  ],
  ['that it gave a key away', `console.log('-----BEGIN PRIVATE KEY-----')`, 'a PRIVATE KEY block'],
  [
    'that it wrote without end',
    `setInterval(() => console.log('x'.repeat(1e5)))`,
    'more than 262144 characters',
  ],
])('tells %s', async (_, script, found) => {
  await expect(running(script)).rejects.toMatchObject({ code: 'ISSUER_FAILED', details: { found } });
});

it('starts the program in the folder of the fleet file', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'meshturn-command-')));
  const run = [process.execPath, '-e', 'console.error(process.cwd()); process.exit(9)'];
  const issuer = commandIssuer({ kind: 'command', run, folder, timeout: 30, env: [] });
  await expect(issuer.issue(asked, [])).rejects.toMatchObject({ details: { found: `9: ${folder}` } });
});

it('names a program that is not there', async () => {
  const nothing = commandIssuer({
    kind: 'command',
    run: ['/nowhere/step'],
    folder: '/',
    timeout: 30,
    env: [],
  });
  await expect(nothing.issue(asked, [])).rejects.toMatchObject({
    code: 'ISSUER_FAILED',
    details: { object: 'the command /nowhere/step', found: 'ENOENT' },
  });
});

it('is told by name to be impossible to start, and ends no worker, where no more files may be opened', async () => {
  const worker = fileURLToPath(new URL('without-descriptors.ts', import.meta.url));
  const limited = ['-c', 'ulimit -n 256; exec "$0" "$1"', process.execPath, worker];
  const { stdout } = await promisify(execFile)('sh', limited);
  expect(stdout).toMatch(/^Problem: .*issued no certificate.*found EMFILE\)\n$/);
});

it('ends the program when its time is over', async () => {
  const kill = vi.spyOn(process, 'kill');
  try {
    await expect(running('setInterval(() => {}, 1e6)', 1)).rejects.toMatchObject({
      code: 'ISSUER_FAILED',
      details: { expected: 'an answer within 1 s', found: 'none' },
    });
    const [[group, signal] = []] = kill.mock.calls;
    expect(signal).toBe('SIGKILL');
    await gone(-Number(group));
  } finally {
    kill.mockRestore();
  }
});

it.each([
  ['has left its group', true],
  ['is in its group still', false],
])(
  'takes the answer of a program that has ended, whatever holds its pipes and %s',
  async (_, detached) => {
    const file = await pidFile();
    const script = `
    const { pid } = ${startsAnother(`detached: ${detached}`)};
    require('node:fs').writeFileSync(${JSON.stringify(file)}, String(pid));
    process.stdout.write(${JSON.stringify(root.pem)});`;
    const ends = async (issuing: Promise<unknown>) => {
      await issuing;
      // It throws where that has ended, and so was waited for or killed.
      process.kill(await pidIn(file), 'SIGKILL');
    };
    await ends(expect(running(script, 60)).resolves.toHaveLength(1));
    const failing = `${script}\nconsole.error('no more licences'); process.exitCode = 9;`;
    const details = { found: '9: no more licences' };
    await ends(expect(running(failing, 60)).rejects.toMatchObject({ details }));
  },
  150_000,
);

it('is not started for an activity that was cut off, and is left alone by what cuts off later', async () => {
  const environment = new MockActivityEnvironment();
  const kill = vi.spyOn(process, 'kill');
  try {
    const script = `process.stdout.write(${JSON.stringify(root.pem)})`;
    expect(await environment.run(() => running(script))).toHaveLength(1);
    environment.cancel();
    expect(kill).not.toHaveBeenCalled();
    const file = join(await mkdtemp(join(tmpdir(), 'meshturn-command-')), 'ran');
    const late = `require('node:fs').writeFileSync(${JSON.stringify(file)}, '')`;
    await expect(environment.run(() => running(late))).rejects.toThrow();
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  } finally {
    kill.mockRestore();
  }
});

it('ends with the activity that has started it, and so does what it has started', async () => {
  const [own, other] = [await pidFile(), await pidFile()];
  const environment = new MockActivityEnvironment();
  const script = `
    const { writeFileSync } = require('node:fs');
    const { pid } = ${startsAnother('detached: false')};
    writeFileSync(${JSON.stringify(other)}, String(pid));
    writeFileSync(${JSON.stringify(own)}, String(process.pid));
    setInterval(() => {}, 1e6);`;
  const issuing = environment.run(() => running(script, 300));
  const cutOff = expect(issuing).rejects.toThrow();
  const programs = [await eventually(() => pidIn(own)), await pidIn(other)];
  environment.cancel();
  await cutOff;
  for (const program of programs) await gone(program);
});

it('tells that it may not kill a program, and lives on', async () => {
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  try {
    await expect(running('setTimeout(() => {}, 5_000)', 1)).rejects.toMatchObject({
      details: { found: 'none: it cannot be killed (EPERM)' },
    });
  } finally {
    kill.mockRestore();
  }
});

const rsa = makeKey('rsa-2048');
const der = rsa.export({ type: 'pkcs8', format: 'der' });
const { d: scalar = '' } = makeKey('ecdsa-p256').export({ format: 'jwk' });
const foldedBy = (text: string, width: number) => text.match(new RegExp(`.{1,${String(width)}}`, 'g')) ?? [];
const octets = (base64url: string) =>
  foldedBy(Buffer.from(base64url, 'base64url').toString('hex'), 2).join(':');

it.each([
  ['PEM', keyPem(rsa)],
  ['base64 in lines of 40', foldedBy(der.toString('base64'), 40).join('\n')],
  ['base64 in lines of 20', foldedBy(der.toString('base64'), 20).join('\n')],
  // 15 bytes a line, as `openssl ec -text` has them.
  ['bytes', ['priv:', ...foldedBy(octets(scalar), 45).map((line) => `    ${line}`), 'ASN1 OID:'].join('\n')],
  ['a JWK', JSON.stringify({ kty: 'EC', d: scalar })],
])(
  'tells no part of a key that a program has written as %s, wherever what it says is cut',
  async (_, key) => {
    for (const after of [0, 300, 70_000]) {
      const script = `
      process.stderr.write(${JSON.stringify(key)} + '\\n' + 'x y '.repeat(${after / 4}) + '\\n', () => process.exit(9));`;
      const error: unknown = await running(script).catch((reason: unknown) => reason);
      const parts = key.split(/[\n"]/).filter((part) => part.length > 9 && !part.startsWith('-----'));
      expect(parts.filter((part) => String(error).includes(part.slice(-8)))).toEqual([]);
    }
  },
);

it('is given of the environment of the worker what is harmless, and what the fleet file names', async () => {
  const secrets = ['AZURE_CLIENT_SECRET', 'TEMPORAL_API_KEY', 'MESHTURN_TEST_WITHHELD', 'NPM_TOKEN'];
  for (const name of secrets) vi.stubEnv(name, 'hunter2');
  vi.stubEnv('MESHTURN_TEST_GIVEN', 'given');
  vi.stubEnv('LC_TIME', 'C');
  try {
    const script = `
      const held = Object.entries(process.env).filter(([, value]) => value === 'hunter2').length;
      console.error(process.env.MESHTURN_TEST_GIVEN, process.env.LC_TIME, 'PATH' in process.env, held);
      process.exit(9);`;
    const given = (found: string) => ({ details: { found } });
    await expect(running(script)).rejects.toMatchObject(given('9: undefined C true 0'));
    const named = running(script, 30, ['MESHTURN_TEST_GIVEN', 'MESHTURN_TEST_ABSENT']);
    await expect(named).rejects.toMatchObject(given('9: given C true 0'));
  } finally {
    vi.unstubAllEnvs();
  }
});

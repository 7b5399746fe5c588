import { spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOfflineMachine } from '../../../../cli/demo/offline/machine.ts';
import { readSigned } from '../../../../cli/rotation/signed-files.ts';
import { makeCaCsr } from '../../../../pki/csr.ts';
import { intermediateName } from '../../../../pki/generation.ts';
import { certificateKey, keyFacts } from '../../../../pki/key-facts.ts';
import { makeKey } from '../../../../pki/key-types.ts';
import { publicKeyInfo } from '../../../../pki/tbs.ts';

const source = (name: string): string =>
  fileURLToPath(new URL(`../../../../cli/demo/offline/${name}`, import.meta.url));

let folder: string;
let server: Server;
let online: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-offline-'));
  server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  online = `127.0.0.1:${port}`;
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** As a rotation asks for the intermediate of a unit. */
function requestOf(unit: string) {
  const key = makeKey('ecdsa-p256');
  const publicKey = publicKeyInfo(key);
  const csr = makeCaCsr({ key, name: intermediateName({ unit, publicKey, organization: 'Istio' }) });
  return { unit, csr, publicKey: keyFacts(createPublicKey(key)).publicKey };
}

describe('the machine without a network', () => {
  it('signs what a rotation asks for, so that all of it can be brought', async () => {
    const waiting = ['aks-weu-1', 'aks-neu-1'].map(requestOf);
    const requests = join(folder, 'requests');
    await mkdir(requests);
    for (const { unit, csr } of waiting) await writeFile(join(requests, `${unit}.csr`), csr);
    const machine = await startOfflineMachine(join(folder, 'machine'), online);
    try {
      expect(machine.connecting).toBe('ENETUNREACH');
      const files = await readSigned(await machine.sign(requests));
      expect(files.flatMap(({ problems }) => problems)).toEqual([]);
      const signed = new Set(
        files.flatMap(({ certificates }) => certificates.map((one) => certificateKey(one).publicKey)),
      );
      expect(waiting.every(({ publicKey }) => signed.has(publicKey))).toBe(true);
    } finally {
      await machine.close();
    }
    const key = await readFile(join(folder, 'machine/root-b/root-key.pem'), 'utf8');
    expect(key).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
  });

  it('says why it has signed nothing', async () => {
    const machine = await startOfflineMachine(join(folder, 'idle'), online);
    await expect(machine.sign(join(folder, 'nothing'))).rejects.toThrow('CA_FILE_MISSING');
    await machine.close();
  });

  it('makes no root where it is on the network', async () => {
    const { code, stderr } = await program(join(folder, 'open'), []);
    expect(code).toBe(1);
    expect(stderr).toBe(`this machine is on the network: ${online} answers\n`);
    expect(await readdir(folder)).not.toContain('open');
  });

  it('opens no connection by Node where the system gives it no namespace', async () => {
    const { stdout } = await program(join(folder, 'refusing'), ['--import', source('refuse-network.ts')]);
    expect(stdout).toContain('"connecting":"ENETUNREACH"');
  });
});

/** Without what keeps it off the network but the options given, to the end of its stdin. */
async function program(directory: string, options: readonly string[]) {
  const child = spawn(process.execPath, [...options, source('machine-program.ts'), directory, online], {
    stdio: 'pipe',
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  child.stdin.end();
  await closed;
  const [stdout, stderr] = await said;
  return { code: child.exitCode, stdout, stderr };
}

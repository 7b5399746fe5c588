import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { findInstalled } from '../../../lab/installed.ts';
import { parseCertificate } from '../../../pki/certificate.ts';
import { freePorts } from '../../../worker/free-ports.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import { startTied, type TiedProcess } from '../../../worker/tied-process.ts';
import { issues } from '../../contract/issuer/issues.ts';
import type { IssuerWorld } from '../../contract/issuer/world.ts';
import { eventually } from '../../support/eventually.ts';

const run = promisify(execFile);
const token = 'of-this-test-alone';

describe('OpenBao, asked by its own client', () => {
  let bao: string;
  let server: TiedProcess;
  let mounts = 0;

  beforeAll(async () => {
    bao = (await findInstalled(userCacheFolder()))('bao');
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-bao-'));
    const [port = 0] = await freePorts(1);
    const address = `127.0.0.1:${port}`;
    vi.stubEnv('BAO_ADDR', `http://${address}`);
    vi.stubEnv('BAO_TOKEN', token);
    const flags = [
      '-dev',
      '-dev-no-store-token',
      `-dev-listen-address=${address}`,
      `-dev-root-token-id=${token}`,
    ];
    server = await startTied([bao, 'server', ...flags], { logFile: join(folder, 'bao.log') });
    await eventually(() => run(bao, ['status']));
  });
  afterAll(async () => {
    await server.stop();
    vi.unstubAllEnvs();
  });

  /** A root whose key never leaves it, and the command of docs/issuers.md. */
  async function open(): Promise<IssuerWorld> {
    const mount = `pki-${(mounts += 1)}`;
    await run(bao, ['secrets', 'enable', `-path=${mount}`, '-max-lease-ttl=87600h', 'pki']);
    const root = ['common_name=Root B', 'organization=Test', 'ttl=87600h'];
    const made = await run(bao, ['write', '-field=certificate', `${mount}/root/generate/internal`, ...root]);
    const asked = ['csr=-', 'use_csr_values=true', 'max_path_length=0', 'ttl=17520h'];
    return {
      root: parseCertificate(`${made.stdout.trim()}\n`, 'the root in OpenBao'),
      issuer: {
        kind: 'command',
        run: [bao, 'write', '-field=certificate', `${mount}/root/sign-intermediate`, ...asked],
        ...{ folder: '/', timeout: 30, env: ['BAO_ADDR', 'BAO_TOKEN'] },
      },
      close: () => Promise.resolve(),
    };
  }

  issues(open);
});

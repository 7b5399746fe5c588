import { writeFile } from 'node:fs/promises';
import { DefaultAzureCredential } from '@azure/identity';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { blobStore } from '../../../activities/evidence/blob-store.ts';
import { openEvidenceStore } from '../../../activities/evidence/open-store.ts';
import type { EvidenceStore } from '../../../activities/evidence/store.ts';
import { VaultCredentials } from '../../../activities/key-vault/credential.ts';
import { retryAfterMs } from '../../../activities/retry-after.ts';
import { Problem } from '../../../problems/problem.ts';
import { serveBlobs, type SimBlobService } from '../../../sim/blob/serve.ts';
import { emulatorFiles, type EmulatorFiles } from '../../support/emulator-files.ts';
import { localhostTls } from '../../support/tls.ts';
import { storeContract } from '../../contract/evidence-store.ts';

let service: SimBlobService;
let emulator: EmulatorFiles;
beforeAll(async () => {
  const { ca, ...tls } = localhostTls();
  service = await serveBlobs({ container: 'evidence', tls, page: 2 });
  emulator = await emulatorFiles(ca, service.token);
});
afterEach(() => {
  service.suffer(undefined);
});
afterAll(() => service.close());

function open(url = service.url): Promise<EvidenceStore> {
  return openEvidenceStore({ kind: 'azureBlob', url, emulator }, new VaultCredentials());
}

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error;
  throw new Error(`expected a problem, not ${String(error)}`);
}

describe('a container of evidence', () => {
  storeContract(open);

  it.each([
    [
      { status: 403, code: 'AuthorizationPermissionMismatch' },
      'EVIDENCE_STORE_FORBIDDEN',
      'Storage Blob Data',
    ],
    [{ status: 403, code: 'AuthorizationFailure' }, 'EVIDENCE_STORE_FORBIDDEN', 'network-rule'],
    [{ status: 409, code: 'ContainerBeingDeleted' }, 'EVIDENCE_STORE_UNAVAILABLE', 'tried again'],
    [
      { status: 429, code: 'TooManyRequests', retryAfterSeconds: 7 },
      'EVIDENCE_STORE_UNAVAILABLE',
      'tried again',
    ],
    [{ status: 503, code: 'ServerBusy', retryAfterSeconds: 7 }, 'EVIDENCE_STORE_UNAVAILABLE', 'tried again'],
    [{ status: 400, code: 'InvalidResourceName' }, 'EVIDENCE_STORE_UNUSABLE', 'fleet file'],
  ])('names what it is answered: %o', async (fault, code, hint) => {
    const store = await open();
    service.suffer(fault);
    const calls = [
      () => store.write('a/b/c/x.json', '{}'),
      () => store.read('a/b/c/x.json'),
      () => store.list('a/'),
    ];
    for (const call of calls) {
      const problem = await problemOf(call());
      expect(problem).toMatchObject({ code, details: { found: `${fault.status} ${fault.code}` } });
      expect(problem.hint).toContain(hint);
      const { retryAfterSeconds: seconds } = { retryAfterSeconds: undefined, ...fault };
      expect(retryAfterMs(problem)).toBe(seconds === undefined ? undefined : seconds * 1000);
      expect(JSON.stringify([problem.report(), String(problem.cause)])).not.toContain(service.token);
    }
  });

  it('does not repeat by itself what was refused, and has what was written when its answer was lost', async () => {
    const store = await open();
    const name = 'prod/payments/r-lost/start.json';
    service.suffer({ status: 0, code: 'cut', cutAfter: true, times: 1 });
    const before = service.requests.length;
    expect(await problemOf(store.write(name, 'kept'))).toMatchObject({ code: 'EVIDENCE_STORE_UNAVAILABLE' });
    expect(service.requests.slice(before)).toEqual([`PUT ${name}`]);
    await store.write(name, 'kept');
    await expect(store.read(name)).resolves.toBe('kept');
  });

  it('takes a blob that a policy keeps from being changed for one that is there', async () => {
    service.suffer({ status: 409, code: 'BlobImmutableDueToPolicy' });
    await expect((await open()).write('a/b/c/kept.json', '{}')).resolves.toBeUndefined();
  });

  it('names a container that is not there, and how to make it', async () => {
    const store = await open(service.url.replace('/evidence', '/other'));
    const problem = await problemOf(store.write('a/b/c/x.json', '{}'));
    expect(problem.code).toBe('EVIDENCE_STORE_MISSING');
    expect(problem.hint).toContain('az storage container create');
    expect(await problemOf(store.read('a/b/c/x.json'))).toMatchObject({ code: 'EVIDENCE_STORE_MISSING' });
  });

  it('names a token that is not taken, and a service that is not there', async () => {
    await writeFile(emulator.tokenFile, 'another');
    expect(await problemOf((await open()).list('a/'))).toMatchObject({ code: 'EVIDENCE_STORE_FORBIDDEN' });
    await writeFile(emulator.tokenFile, service.token);
    const nobody = await open('https://localhost:9/evidence');
    expect(await problemOf(nobody.list('a/'))).toMatchObject({ code: 'EVIDENCE_STORE_UNAVAILABLE' });
  });
});

const real = process.env['MESHTURN_TEST_BLOB_URL'];

describe.skipIf(real === undefined)('a container of MESHTURN_TEST_BLOB_URL', () => {
  storeContract(() => blobStore({ url: real ?? '', credential: new DefaultAzureCredential() }));
});

import { createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRequests } from '../../../cli/rotation/write-requests.ts';
import { makeCaCsr, parseCsr } from '../../../pki/csr.ts';
import { keyFacts } from '../../../pki/key-facts.ts';
import { makeKey } from '../../../pki/key-types.ts';

const commonName = 'Intermediate CA - aks-1 g1';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-requests-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A request that is made anew whenever it is asked for, as a rotation does once it reads its keys again. */
function requestOf(unit: string) {
  const key = makeKey('ecdsa-p256');
  const { publicKey } = keyFacts(createPublicKey(key));
  return (name = commonName) => ({ unit, publicKey, csr: makeCaCsr({ key, name: { commonName: name } }) });
}

const textOf = (unit: string): Promise<string> => readFile(join(folder, `${unit}.csr`), 'utf8');

describe('requests for keys on P-256, whose signatures are others each time', () => {
  it('stay as they lie there, and those that lack are written beside them', async () => {
    const [first, second] = [requestOf('aks-1'), requestOf('aks-2')];
    const before = first();
    await writeRequests(folder, [before]);
    const [again, added] = [first(), second()];
    expect(again.csr).not.toBe(before.csr);
    expect(await writeRequests(folder, [again, added])).toEqual([
      { unit: 'aks-1', publicKey: before.publicKey, file: join(folder, 'aks-1.csr') },
      { unit: 'aks-2', publicKey: added.publicKey, file: join(folder, 'aks-2.csr') },
    ]);
    expect(await textOf('aks-1')).toBe(before.csr);
    expect(parseCsr(await textOf('aks-2')).publicKeyInfo).toEqual(parseCsr(added.csr).publicKeyInfo);
  });

  it('are not written over one for another key, or with another subject', async () => {
    const request = requestOf('aks-1');
    for (const there of [requestOf('aks-1')().csr, request('Intermediate CA - aks-1 g2').csr]) {
      await writeFile(join(folder, 'aks-1.csr'), there);
      await expect(writeRequests(folder, [request()])).rejects.toMatchObject({ code: 'FILE_EXISTS' });
      expect(await textOf('aks-1')).toBe(there);
    }
  });
});

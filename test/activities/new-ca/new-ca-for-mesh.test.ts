import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNewCa } from '../../../activities/new-ca/read-new-ca.ts';
import type { Certificate } from '../../../pki/certificate.ts';
import { makeMeshCa, writeNewCa } from '../../../sim/new-ca.ts';
import { nameConstraints } from '../../pki/corpus/extension.ts';
import { issuerOf, make, rsaKey } from '../../pki/corpus/made.ts';

const b = makeMeshCa({ generation: 'B', units: ['aks-1'] });
const weakRoot = make({ name: 'Root D', key: rsaKey(1024) });
const soundRoot = make({ name: 'Root E' });

describe('a new CA in a folder, held to the mesh that it is for,', () => {
  let directory: string;
  const path = (...parts: string[]): string => join(directory, ...parts);
  const ref = (): { kind: 'root'; directory: string } => ({ kind: 'root', directory });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'meshturn-new-ca-'));
    await writeNewCa(directory, b);
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('takes an old root beside the new one as it was made, and asks what is old of bundles alone', async () => {
    let asked = 0;
    const one = (old: readonly Certificate[]) => {
      const oldRoots = (): Promise<readonly Certificate[]> => {
        asked += 1;
        return Promise.resolve(old);
      };
      return [{ unit: 'aks-1', currentRoots: [], oldRoots }];
    };
    await readNewCa(ref(), one([]));
    expect(asked).toBe(0);
    const middle = make({ name: 'Anchor', issuer: weakRoot });
    await writeFile(path('root-cert.pem'), weakRoot.pem + middle.pem + b.root.cert.pem);
    await writeFile(path('aks-1', 'root-cert.pem'), weakRoot.pem + middle.pem + b.root.cert.pem);
    const old = [issuerOf(weakRoot).cert, issuerOf(middle).cert];
    await expect(readNewCa(ref(), one(old))).resolves.toMatchObject({ kind: 'root' });
    expect(asked).toBe(1);
    await expect(readNewCa(ref(), one(old.slice(1)))).rejects.toMatchObject({ code: 'KEY_NOT_SUPPORTED' });
    await expect(readNewCa(ref(), one(old.slice(0, 1)))).rejects.toMatchObject({
      code: 'ROOT_NOT_SELF_SIGNED',
    });
  });

  it('refuses a CA whose constraints shut out the istiod that is to serve by it', async () => {
    const constraints = nameConstraints({ kind: 2, permitted: ['istio-system.svc'] });
    const signer = issuerOf(make({ name: 'Signer E', issuer: soundRoot, extensions: [constraints] }));
    await writeNewCa(directory, { root: issuerOf(soundRoot), units: new Map([['aks-1', signer]]) });
    const inNamespace = (namespace: string) =>
      readNewCa(ref(), [{ unit: 'aks-1', currentRoots: [], istiods: [{ namespaces: [namespace] }] }]);
    await expect(inNamespace('istio-system')).resolves.toMatchObject({ kind: 'root' });
    await expect(inNamespace('aks-istio-system')).rejects.toMatchObject({
      code: 'NAME_CONSTRAINED',
      details: {
        expected: 'istiod.aks-istio-system.svc to be allowed',
        found: 'permitted is "istio-system.svc"',
      },
    });
  });
});

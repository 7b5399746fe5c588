import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIssuerActivities } from '../../../activities/issuer/activities.ts';
import type { OnlineIssuer } from '../../../activities/issuer/issuer.ts';
import { issueIntermediate } from '../../../pki/issue.ts';
import { makeRoot } from '../../../pki/make.ts';
import { localSigner } from '../../../pki/sign.ts';
import { standsAfter } from '../../../problems/registry.ts';
import { openBench, unit, type Bench } from '../key-vault/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

it('puts nothing in doubt that was proven of the mesh where an issuer signs below another root', async () => {
  const [wanted, other] = ['Root B', 'Root C'].map((commonName) => makeRoot({ commonName }));
  if (wanted === undefined || other === undefined) throw new Error('no roots');
  const directory = await mkdtemp(join(tmpdir(), 'meshturn-issued-'));
  await writeFile(join(directory, 'root-cert.pem'), wanted.cert.pem);
  const issuer = { cert: other.cert, signer: localSigner(other.key) };
  const online: OnlineIssuer = {
    issue: async ({ subject, publicKey }) => [await issueIntermediate({ issuer, subject, publicKey })],
  };
  const activities = createIssuerActivities({
    sources: { of: () => Promise.resolve(bench.source) },
    issuers: { issuerOf: () => ({ kind: 'command', online }) },
    names: { namesOf: () => ({ trustDomain: 'cluster.local', istiods: [] }) },
  });
  const staged = activities.stageCas({
    ...{ fleet: 'prod', mesh: 'payments', rotationId: 'rot-1' },
    ca: { kind: 'root', directory, issuer: 'command' },
    units: [{ unit, controlPlanes: [unit], lasts: {} }],
  });
  await expect(staged).rejects.toMatchObject({
    code: 'CERTIFICATE_NOT_AS_ASKED',
    details: { found: expect.stringContaining('no path leads from the signing certificate') as string },
  });
  expect(standsAfter('CERTIFICATE_NOT_AS_ASKED')).toBe('keeps');
});

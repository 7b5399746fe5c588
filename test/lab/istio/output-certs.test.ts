import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followOutput } from '../../../lab/istio/output-certs.ts';
import { keyPem, makeIntermediate, makeRoot } from '../../../pki/make.ts';
import type { WorkloadIdentity } from '../../../sim/proxies/identity.ts';
import { eventually } from '../../support/eventually.ts';

const root = makeRoot({ commonName: 'Root A' });
const [first, second] = ['first', 'second'].map((commonName) =>
  makeIntermediate({ issuer: root, commonName }),
);

let folder: string;
let told: WorkloadIdentity[];
let end: () => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-output-'));
  told = [];
  end = followOutput(folder, (identity) => told.push(identity));
});
afterEach(() => end());

async function write(of: typeof first, ...names: readonly string[]): Promise<void> {
  const texts: Readonly<Record<string, string>> = {
    'key.pem': of === undefined ? '' : keyPem(of.key),
    'cert-chain.pem': of?.cert.pem ?? '',
    'root-cert.pem': root.cert.pem,
  };
  for (const name of names) await writeFile(join(folder, name), texts[name] ?? '', { mode: 0o600 });
}

it('tells what an agent has written once all of it is there', async () => {
  await write(first, 'key.pem', 'cert-chain.pem', 'root-cert.pem');
  await eventually(() => expect(told.at(-1)?.leaf.fingerprint).toBe(first?.cert.fingerprint));
  expect(told.at(-1)?.roots.map(({ fingerprint }) => fingerprint)).toEqual([root.cert.fingerprint]);
});

it('tells no chain with the key of another', async () => {
  await write(first, 'key.pem', 'cert-chain.pem', 'root-cert.pem');
  await eventually(() => expect(told).not.toEqual([]));
  await write(second, 'key.pem');
  await write(second, 'cert-chain.pem');
  await eventually(() => expect(told.at(-1)?.leaf.fingerprint).toBe(second?.cert.fingerprint));
  for (const { leaf, keyPem: key } of told) {
    expect(key).toBe(
      keyPem((leaf.fingerprint === first?.cert.fingerprint ? first : second)?.key ?? root.key),
    );
  }
});

import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { guarded } from '../../activities/failure.ts';
import { createSourceActivities } from '../../activities/source-activities.ts';
import { makeMeshCa, writeNewCa } from '../../sim/new-ca.ts';
import { objects } from '../support/csi-world.ts';
import { a, b, newestText, openBench, putsOf, refOf, renewed, unit, type Bench } from './key-vault/bench.ts';

describe('the activities on CA sources', () => {
  let bench: Bench;
  let directory: string;
  let activities: Pick<Activities, 'writeSource' | 'inspectCa'>;
  const asked: string[] = [];

  beforeEach(async () => {
    bench = await openBench();
    directory = await mkdtemp(join(tmpdir(), 'meshturn-new-ca-'));
    await writeNewCa(directory, b.ca);
    asked.length = 0;
    const of = ({ unit: name }: { unit: string }): Promise<Bench['source']> => {
      asked.push(name);
      return Promise.resolve(bench.source);
    };
    activities = createSourceActivities({
      sources: { of },
      names: {
        namesOf: () => ({ trustDomain: 'cluster.local', istiods: [{ namespaces: ['mesh-system'] }] }),
      },
    });
  });

  afterEach(() => bench.close());

  const mesh = { fleet: 'prod', mesh: 'payments' };
  const from = { roots: [a.root], signer: a.signer };
  const both = { roots: [a.root, b.root], chain: [...a.chain, ...b.chain], signer: b.signer };

  it('tell what a new CA wants without a look at any source', async () => {
    const wanted = await activities.inspectCa({
      ...mesh,
      ca: { kind: 'root', directory },
      units: [{ unit, controlPlanes: [unit] }],
    });
    expect(wanted.roots).toEqual([b.root]);
    expect(wanted.signers[unit]).toEqual({ fingerprint: b.signer, root: b.root, chain: b.chain });
    expect(asked).toEqual([]);
  });

  it('check new intermediates against the roots that their source has', async () => {
    const next = makeMeshCa({ generation: 'A-2-', units: [unit], root: a.ca.root });
    await writeNewCa(directory, next, { withRoot: false });
    const ca = { kind: 'intermediate' as const, directory };
    const wanted = await activities.inspectCa({ ...mesh, ca, units: [{ unit, controlPlanes: [unit] }] });
    expect(wanted).toMatchObject({ kind: 'intermediate', roots: [] });
    expect(wanted.signers[unit]?.root).toBe(a.root);
    expect(asked).toEqual([unit]);
  });

  it('tell of which kind a rotation was that a person named, and whether it was one at all', async () => {
    const next = renewed();
    const former = (before: string) =>
      activities.inspectCa({
        ...mesh,
        ca: { kind: 'root', before, named: true },
        units: [{ unit, controlPlanes: [unit] }],
      });
    await expect(former('rot-1')).rejects.toMatchObject({ code: 'ROTATION_UNKNOWN' });
    const write = { chain: [...a.chain, ...next.chain] };
    await bench.source.write({ ref: refOf('chain-of-both'), write, newCa: next.newCa, from });
    expect(await former('rot-1')).toMatchObject({ kind: 'intermediate', roots: [a.root] });
  });

  it('write a new CA from its folder, and return no key', async () => {
    const ca = { kind: 'root' as const, directory };
    const evidence = await activities.writeSource({ ...refOf('replace-all'), write: both, ca, from });
    expect(evidence.written).toEqual(['root', 'chain', 'key', 'cert']);
    expect(newestText(bench.vault, objects.key)).toBe(b.files.key);
    expect(JSON.stringify(evidence)).not.toContain('BEGIN');
  });

  it('go on without the folder once the source holds all that a stage needs', async () => {
    const ca = { kind: 'root' as const, directory };
    await activities.writeSource({ ...refOf('replace-all'), write: both, ca, from });
    await rm(directory, { recursive: true });
    const next = { roots: both.roots, signer: b.signer };
    const write = { chain: b.chain };
    const evidence = await activities.writeSource({ ...refOf('trim-chain'), write, ca, from: next });
    expect(evidence.written).toEqual(['chain']);
  });

  it('name the file that is missing where its bytes are needed', async () => {
    await rm(join(directory, unit, 'ca-key.pem'));
    const ca = { kind: 'root' as const, directory };
    await expect(
      activities.writeSource({ ...refOf('replace-all'), write: both, ca, from }),
    ).rejects.toMatchObject({
      code: 'NEW_CA_FILE_MISSING',
      details: { object: join(directory, unit, 'ca-key.pem') },
    });
    expect(putsOf(bench.vault)).toEqual([]);
  });

  describe('that fail', () => {
    const secrets = [objects.root, objects.chain, objects.key, objects.cert];
    const writing = async (info: { attempt?: number } = {}) => {
      const ca = { kind: 'root' as const, directory };
      const { writeSource } = guarded({ writeSource: activities.writeSource });
      const input = { ...refOf('replace-all'), write: both, ca, from };
      const failed = await new MockActivityEnvironment(info).run(writeSource, input).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(failed instanceof ApplicationFailure)) throw new Error('it did not fail');
      return { code: failed.type, told: failed.details?.[1] };
    };
    const refuse = (method: string, name: string) =>
      bench.vault.faults.add({
        matches: (request) => request.method === method && request.name === name,
        effect: { kind: 'status', status: 403 },
      });

    it.each(secrets)('say that nothing was written where %s cannot be read', async (secret) => {
      refuse('GET', secret);
      expect(await writing()).toEqual({ code: 'KEY_VAULT_FORBIDDEN', told: { untouched: true } });
      expect(putsOf(bench.vault)).toEqual([]);
    });

    it('say so where the lease is refused, which is all that was asked for', async () => {
      refuse('PATCH', objects.root);
      expect(await writing()).toEqual({ code: 'KEY_VAULT_FORBIDDEN', told: { untouched: true } });
    });

    it.each(secrets)('say nothing of the kind where %s was sent', async (secret) => {
      refuse('PUT', secret);
      expect(await writing()).toEqual({ code: 'KEY_VAULT_FORBIDDEN', told: undefined });
    });

    it('say nothing of what an attempt before them has sent', async () => {
      refuse('GET', objects.root);
      expect(await writing({ attempt: 2 })).toEqual({ code: 'KEY_VAULT_FORBIDDEN', told: undefined });
    });
  });
});

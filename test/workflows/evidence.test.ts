import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { createEvidenceActivities } from '../../activities/evidence/activities.ts';
import { EvidenceBook } from '../../activities/evidence/book.ts';
import { folderStore } from '../../activities/evidence/folder-store.ts';
import { Problem } from '../../problems/problem.ts';
import { retry } from '../../workflows/signals.ts';
import { rootB } from './fake-ca.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const two = ['aks-weu-1', 'aks-neu-1'];

function kinds(mesh: FakeMesh): readonly string[] {
  return mesh.evidence.map((document) =>
    document.kind === 'phase' || document.kind === 'unit'
      ? `${document.kind} ${document.phase}`
      : document.kind,
  );
}

describe('evidence', () => {
  it('is kept of the plan, of every unit’s step before its phase ends, and of the end', async () => {
    const mesh = new FakeMesh({ units: two });
    await harness.with(mesh.activities(), async () => (await harness.start()).result());
    expect(kinds(mesh)).toEqual([
      'start',
      ...['distribute', 'activate', 'revoke'].flatMap((phase) => [
        `unit ${phase}`,
        `unit ${phase}`,
        `phase ${phase}`,
      ]),
      'end',
    ]);
    const numbers = mesh.evidence.flatMap((document) => (document.kind === 'phase' ? [document.number] : []));
    expect(numbers).toEqual([1, 2, 3]);
  });

  it('is not asked for where there is nothing to do', async () => {
    const mesh = new FakeMesh({ units: two });
    await harness.with(mesh.activities(), async () => {
      await (await harness.start()).result();
      const before = mesh.evidence.length;
      await (await harness.start()).result();
      expect(mesh.evidence).toHaveLength(before);
    });
  });

  it('that cannot be kept stops the rotation before anything is written, and the unit and the phase before the next', async () => {
    const mesh = new FakeMesh({ units: ['aks-weu-1'] });
    const fake = mesh.activities();
    let refused: string | undefined;
    const activities: Activities = {
      ...fake,
      storeEvidence: (input) => {
        const { kind } = input.document;
        if (refused === kind || (refused === undefined && kind === 'start')) {
          refused = kind;
          return Promise.reject(new Problem('EVIDENCE_STORE_UNUSABLE', { object: 'folder /evidence' }));
        }
        return fake.storeEvidence(input);
      },
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const whole = await harness.until(handle, ({ state }) => state === 'stopped');
      expect(whole.stopped?.code).toBe('EVIDENCE_STORE_UNUSABLE');
      expect(mesh.calls).toEqual([]);

      refused = 'unit';
      await handle.executeUpdate(retry, { args: [undefined] });
      const inUnit = await harness.until(handle, ({ phases }) => phases[0]?.state === 'stopped');
      expect(inUnit.phases[0]?.clusters[0]?.stopped?.code).toBe('EVIDENCE_STORE_UNUSABLE');
      expect(inUnit.phases[0]?.clusters[0]?.stopped?.hint).toContain('rotation retry');

      refused = 'phase';
      await handle.executeUpdate(retry, { args: [undefined] });
      const atBarrier = await harness.until(handle, ({ stopped }) => stopped !== undefined);
      expect(atBarrier.phases.map(({ state }) => state)).toEqual(['running', 'waiting', 'waiting']);
      expect(mesh.calls.every((call) => call.startsWith('distribute'))).toBe(true);

      refused = 'nothing';
      await handle.executeUpdate(retry, { args: [{ reason: 'the disk is larger now' }] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(kinds(mesh).slice(0, 3)).toEqual(['start', 'unit distribute', 'phase distribute']);
    const [, unit, phase] = mesh.evidence;
    const stop = { code: 'EVIDENCE_STORE_UNUSABLE', resumedAt: expect.any(String) as string };
    expect(unit).toMatchObject({ stops: [{ clusters: ['aks-weu-1'], ...stop }] });
    expect(phase).toMatchObject({ stops: [stop, stop] });
  });

  it('is a set of documents that refer to each other, and tells who commanded what', async () => {
    const mesh = new FakeMesh({ units: two });
    const fake = mesh.activities();
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-evidence-'));
    const store = folderStore(folder);
    const { storeEvidence } = createEvidenceActivities({
      client: harness.client,
      storeOf: () => Promise.resolve(store),
    });
    let stuck = true;
    const activities: Activities = {
      ...fake,
      storeEvidence,
      awaitSynced: (input) =>
        stuck && input.unit === 'aks-neu-1'
          ? Promise.reject(new Problem('SYNC_TIMED_OUT', { object: 'volumes' }))
          : fake.awaitSynced(input),
    };
    const { rotationId, mesh: name } = await harness.with(activities, async () => {
      const handle = await harness.start();
      const { id, mesh } = await harness.until(handle, ({ state }) => state === 'stopped');
      stuck = false;
      await handle.executeUpdate(retry, { args: [{ reason: 'CSI driver mended' }], updateId: 'u-1' });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
      return { rotationId: id, mesh };
    });
    const documents = await new EvidenceBook(store).documents(`prod/${name}/${rotationId}/`);
    expect(documents.map(({ document }) => document.kind).toSorted()).toEqual(
      ['start', 'end', ...Array<string>(3).fill('phase'), ...Array<string>(6).fill('unit')].toSorted(),
    );
    const sums = new Map(documents.map((one) => [one.name, one.sha256]));
    for (const { document } of documents) {
      expect(document.rotation).toEqual({ id: rotationId, fleet: 'prod', mesh: name, kind: 'root' });
      const named =
        document.kind === 'phase' ? document.units : document.kind === 'end' ? document.phases : [];
      for (const { name, sha256 } of named) expect(sums.get(name)).toBe(sha256);
    }
    const end = documents.find(({ document }) => document.kind === 'end')?.document;
    expect(end).toMatchObject({ state: 'completed', phases: { length: 3 } });
    expect(end?.kind === 'end' && end.commands).toMatchObject([
      { name: 'start', by: expect.stringMatching(/@/) as string },
      { name: 'retry', id: 'u-1', reason: 'CSI driver mended' },
    ]);
    const last = documents.find(({ name }) => name.includes('units/revoke/aks-neu-1.'))?.document;
    expect(last).toMatchObject({
      after: { roots: [rootB] },
      writes: [{ stage: 'drop-roots', written: ['root'] }],
      proofs: [
        { proof: 'synced', pods: ['istiod-0', 'istiod-1'] },
        { proof: 'loaded', replicas: [{ leafSerial: '1f' }] },
        { proof: 'secondPlane', namespaces: 3 },
        { proof: 'converged', total: 4, converged: 4 },
      ],
    });
  });
});

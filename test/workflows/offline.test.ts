import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { tellAgain } from '../../cli/tell-again.ts';
import { Problem } from '../../problems/problem.ts';
import { mostSubmitted } from '../../rotation/requests.ts';
import type { CaRef } from '../../rotation/wanted.ts';
import { abort, requests, status, submitCertificate } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import { fingerprint } from './fake-ca.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { Gate } from './gate.ts';
import { Harness } from './harness.ts';
import { reached } from './meshes.ts';

const units = ['aks-weu-1', 'aks-neu-1', 'aks-eus-1'];
const ca: CaRef = { kind: 'root', directory: '/ca', issuer: 'offline' };
const keyOf = (unit: string) => `key of ${unit}`;

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

describe('a rotation whose certificates are signed elsewhere', () => {
  let harness: Harness;
  let mesh: FakeMesh;
  /** Units whose staged set has its certificate. */
  let certified: Set<string>;
  beforeAll(async () => {
    harness = await Harness.createLocal();
  });
  afterAll(() => harness.close());
  beforeEach(() => {
    mesh = new FakeMesh({ units, limits: atOnce });
    certified = new Set();
  });

  function activities(): Activities {
    const fake = mesh.activities();
    return {
      ...fake,
      stageCas: async (input) => {
        await fake.stageCas(input);
        const open = input.units.filter(({ unit }) => !certified.has(unit));
        return {
          requests: open.map(({ unit }) => ({ unit, publicKey: keyOf(unit), csr: `csr of ${unit}` })),
        };
      },
      acceptCertificate: (input) => {
        if (input.chain === 'another')
          throw new Problem('CERTIFICATE_NOT_AS_ASKED', { object: input.unit, found: 'subject "CN=Mine"' });
        certified.add(input.unit);
        return fake.acceptCertificate(input);
      },
    };
  }

  type Handle = Awaited<ReturnType<Harness['start']>>;
  const submit = (handle: Pick<Handle, 'executeUpdate'>, unit: string, chain = 'chain') =>
    tellAgain(() => handle.executeUpdate(submitCertificate, { args: [{ publicKey: keyOf(unit), chain }] }));
  /** Resolves once the rotation is at it. */
  const beginSubmit = (handle: Pick<Handle, 'startUpdate'>, unit: string, chain = 'chain') =>
    handle.startUpdate(submitCertificate, {
      args: [{ publicKey: keyOf(unit), chain }],
      waitForStage: 'ACCEPTED',
    });
  /** The code of a failed check, or else the words of the refusal. */
  const refusal = (submitting: Promise<unknown>) =>
    submitting.then(
      () => undefined,
      (error: unknown) => {
        const [refused, failed] = [causeOf(error), causeOf(causeOf(error))];
        return failed instanceof ApplicationFailure ? failed.type : String(refused);
      },
    );

  it('goes on in a new run though one is brought right after the other', async () => {
    await harness.with(activities(), async () => {
      const handle = await harness.start({ ca, continueEvery: 2 });
      await harness.until(handle, ({ awaiting }) => awaiting !== undefined);
      const latest = harness.client.workflow.getHandle(handle.workflowId);
      const { runId } = await latest.describe();
      let isOver = false;
      const bringing = async (unit: string) => {
        while (!isOver) await submit(latest, unit);
      };
      const all = Promise.all([bringing('aks-neu-1'), bringing('aks-weu-1'), bringing('aks-neu-1')]);
      try {
        await eventually(async () => expect((await latest.describe()).runId).not.toBe(runId));
      } finally {
        isOver = true;
        await all;
      }
      await harness.end(latest);
    });
  });

  it('refuses what was not asked for, by its key, as what was issued, beside a key, and at any length', async () => {
    await harness.with(activities(), async () => {
      const handle = await harness.start({ ca });
      await harness.until(handle, ({ awaiting }) => awaiting !== undefined);
      expect(await refusal(submit(handle, 'another'))).toContain('no request waits for');
      expect(await refusal(submit(handle, 'aks-neu-1', '-----BEGIN PRIVATE KEY-----'))).toContain(
        'private key',
      );
      expect(await refusal(submit(handle, 'aks-neu-1', 'x'.repeat(mostSubmitted + 1)))).toContain(
        'at most 25600 characters with its chain, found 25601',
      );
      expect(await refusal(submit(handle, 'aks-neu-1', 'another'))).toBe('CERTIFICATE_NOT_AS_ASKED');
      expect((await handle.query(requests)).requests).toHaveLength(3);
      const taken = await submit(handle, 'aks-neu-1', 'x'.repeat(mostSubmitted));
      expect(await submit(handle, 'aks-neu-1')).toBe(taken);
      await handle.executeUpdate(abort, { args: [{}] });
      expect(await handle.result()).toMatchObject({ state: 'aborted' });
      expect(mesh.calls.filter((call) => call.endsWith('disposed of'))).toHaveLength(3);
    });
  });

  it('answers each of two certificates for one key with what became of it, though they come together', async () => {
    const chains: string[] = [];
    const fake = activities();
    const gate = new Gate({ activity: 'acceptCertificate' });
    const gated = gate.around({
      ...fake,
      acceptCertificate: (input) => {
        chains.push(input.chain);
        return fake.acceptCertificate(input);
      },
    });
    await harness.with(gated, async () => {
      const handle = await harness.start({ ca });
      await harness.until(handle, ({ awaiting }) => awaiting !== undefined);
      const wrong = await beginSubmit(handle, 'aks-neu-1', 'another');
      await reached(gate);
      const same = await beginSubmit(handle, 'aks-neu-1', 'another');
      const right = await beginSubmit(handle, 'aks-neu-1');
      gate.open();
      expect(await refusal(wrong.result())).toBe('CERTIFICATE_NOT_AS_ASKED');
      expect(await refusal(same.result())).toBe('CERTIFICATE_NOT_AS_ASKED');
      expect(await right.result()).toBe(fingerprint('B aks-neu-1'));
      expect(chains).toEqual(['another', 'chain']);
      await harness.end(handle);
    });
  });

  it('waits on in a new run of its workflow, for what it has not been brought', async () => {
    await harness.with(activities(), async () => {
      const handle = await harness.start({ ca, continueEvery: 1 });
      const latest = harness.client.workflow.getHandle(handle.workflowId);
      await harness.until(latest, ({ awaiting }) => awaiting !== undefined);
      await submit(latest, 'aks-neu-1');
      await harness.until(latest, ({ awaiting }) => awaiting?.what.startsWith('2 certificates') === true);
      await eventually(async () =>
        expect((await latest.describe()).runId).not.toBe(handle.firstExecutionRunId),
      );
      await submit(latest, 'aks-weu-1');
      await harness.until(latest, ({ awaiting }) => awaiting?.what.startsWith('1 certificate:') === true);
      await submit(latest, 'aks-eus-1');
      await harness.until(latest, ({ state }) => state === 'completed');
    });
  });

  it('knows in a new run what waits before it has read the requests again, and says that it has not', async () => {
    const fake = activities();
    const gate = new Gate({ activity: 'stageCas', passing: 1 });
    await harness.with(gate.around(fake), async () => {
      const handle = await harness.start({ ca, continueEvery: 1 });
      const latest = harness.client.workflow.getHandle(handle.workflowId);
      await harness.until(latest, ({ awaiting }) => awaiting !== undefined);
      expect(await latest.query(requests)).toMatchObject({ staging: false });
      await submit(latest, 'aks-neu-1');
      await reached(gate);
      expect(await latest.query(requests)).toEqual({
        ...{ requests: [], staging: true, state: 'observing', next: undefined },
        taken: [
          { unit: 'aks-neu-1', publicKey: keyOf('aks-neu-1'), fingerprint: fingerprint('B aks-neu-1') },
        ],
      });
      expect((await latest.query(status)).awaiting?.what).toMatch(/^2 certificates/);
      expect(await submit(latest, 'aks-neu-1')).toBe(fingerprint('B aks-neu-1'));
      await submit(latest, 'aks-weu-1');
      gate.open();
      await harness.until(latest, ({ awaiting }) => awaiting?.what.startsWith('1 certificate:') === true);
      await submit(latest, 'aks-eus-1');
      await harness.until(latest, ({ state }) => state === 'completed');
      expect(new Set(mesh.calls.filter((call) => call.endsWith('certified'))).size).toBe(3);
    });
  });

  it('takes no certificate while it is being ended, and has ended with none on its way', async () => {
    const gate = new Gate({ activity: 'acceptCertificate' });
    await harness.with(gate.around(activities()), async () => {
      const handle = await harness.start({ ca });
      await harness.until(handle, ({ awaiting }) => awaiting !== undefined);
      const submitted = refusal(submit(handle, 'aks-neu-1'));
      await reached(gate);
      const behind = await beginSubmit(handle, 'aks-neu-1', 'a newer chain');
      await handle.executeUpdate(abort, { args: [{}] });
      expect(await refusal(submit(handle, 'aks-weu-1'))).toContain('being ended');
      expect((await handle.query(status)).awaiting).toBeUndefined();
      expect(mesh.calls.filter((call) => call.endsWith('disposed of'))).toEqual([]);
      gate.open();
      await submitted;
      expect(await refusal(behind.result())).toContain('being ended');
      expect(await handle.result()).toMatchObject({ state: 'aborted' });
      expect(mesh.calls.slice(-3).every((call) => call.endsWith('disposed of'))).toBe(true);
      expect(mesh.calls.filter((call) => call.endsWith('certified'))).toEqual(['aks-neu-1 certified']);
    });
  });
});

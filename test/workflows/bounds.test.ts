import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { tellAgain } from '../../cli/tell-again.ts';
import { rotationsOn } from '../../cli/temporal-rotations.ts';
import { sideBySide } from '../../rotation/side-by-side.ts';
import type { CaRef } from '../../rotation/wanted.ts';
import { requests, status, submitCertificate } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import { fingerprint } from './fake-ca.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { Harness, largestResult, rotationInput } from './harness.ts';

vi.setConfig({ testTimeout: 300_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.createLocal();
});
afterAll(async () => {
  await harness.close();
});

const thousand = Array.from({ length: 1000 }, (_, index) => `aks-${String(index + 1).padStart(4, '0')}`);

/** So much of what every run is started with does not grow with the mesh. */
const head = 4096;

/** The activities of a mesh in whose sources nothing is known of new certificates, and whose new CAs were read. */
function reading(mesh: FakeMesh): {
  readonly activities: Activities;
  readonly read: (readonly string[])[];
  readonly of: (string | undefined)[];
} {
  const fake = mesh.activities();
  const read: (readonly string[])[] = [];
  const of: (string | undefined)[] = [];
  const activities: Activities = {
    ...fake,
    inspectCa: (input) => {
      read.push(input.units.map(({ unit }) => unit));
      of.push(input.rotationId);
      return fake.inspectCa(input);
    },
    observeUnit: async (input) => {
      const { certificates, ...seen } = await fake.observeUnit(input);
      return { ...seen, certificates: certificates.filter(({ issuer }) => issuer !== 'CN=B') };
    },
  };
  return { activities, read, of };
}

describe('a mesh of 1,000 clusters', () => {
  it('is within all bounds, into the run that goes on with its first phase', async () => {
    const mesh = new FakeMesh({ units: thousand, limits: atOnce });
    const policy = { ...rotationInput().policy, waveWidth: 2 };
    const { activities, read: newCas, of } = reading(mesh);
    await harness.with(activities, async () => {
      const handle = await harness.start({ policy, continueEvery: 1 });
      await eventually(async () => {
        if (!mesh.calls.includes('distribute aks-0001 converged')) {
          const { state, stopped, id } = await handle.query(status);
          expect.fail(
            JSON.stringify({ id, state, stopped, calls: mesh.calls.slice(0, 3), read: newCas.length }),
          );
        }
      });
      const { memo } = await handle.describe();
      const name = { fleet: 'prod', mesh: handle.workflowId.split('/')[2] ?? '' };
      const rotations = rotationsOn({ connection: harness.env.connection, namespace: 'default' });
      // Nobody answers for it between its two runs, nor in time where a machine does much else beside.
      const read = await eventually(async () => {
        const seen = await rotations.look(name);
        if (seen.kind !== 'live') throw new Error(`expected a look at a live rotation, found ${seen.kind}`);
        return seen.progress.phases.map(({ clusters }) => clusters.length);
      });
      const first = await harness.payloadSizes(handle.workflowId, handle.firstExecutionRunId);
      const next = await harness.payloadSizes(handle.workflowId);
      await harness.end(handle);
      // 12 pages of the fleet file, 100 groups to find CA sources and 100 to read the new CA, and every unit.
      expect(first.results.length).toBeGreaterThan(1200);
      expect(Math.max(...first.results)).toBeLessThan(largestResult);
      expect(next.inputs).toHaveLength(1);
      expect(next.inputs[0]).toBeLessThan(head + 200 * thousand.length);
      expect(next.children.length).toBeGreaterThan(0);
      expect(Math.max(...next.children)).toBeLessThan(largestResult);
      expect(JSON.stringify(memo).length).toBeLessThan(2048);
      expect(read).toEqual([1000, 1000, 1000]);
    });
    // The facts on its new intermediate stayed behind, and are asked for again right before a write.
    expect(newCas.slice(0, 100).every(({ length }) => length === 10)).toBe(true);
    expect(newCas.slice(100)).toContainEqual(['aks-0001']);
    // What an issuer has made for it is staged under its name.
    expect(of.slice(100)).not.toContain(undefined);
  });

  it(
    'is asked for a certificate each, over as many runs as they take to come, and of none once it has come',
    { timeout: 300_000 },
    async () => {
      const mesh = new FakeMesh({ units: thousand, limits: atOnce });
      const fake = mesh.activities();
      const certified = new Set<string>();
      const activities: Activities = {
        ...fake,
        stageCas: async (input) => {
          await fake.stageCas(input);
          const open = input.units.filter(({ unit }) => !certified.has(unit));
          // As long as a request for a key of RSA 4096.
          return {
            requests: open.map(({ unit }) => ({
              unit,
              publicKey: fingerprint(`key of ${unit}`),
              csr: 'x'.repeat(1_800),
            })),
          };
        },
        acceptCertificate: (input) => {
          certified.add(input.unit);
          return fake.acceptCertificate(input);
        },
      };
      const ca: CaRef = { kind: 'root', directory: '/ca', issuer: 'offline' };
      await harness.with(activities, async () => {
        const handle = await harness.start({ ca, continueEvery: 500 });
        const latest = harness.client.workflow.getHandle(handle.workflowId);
        const waitFor = (words: RegExp) =>
          eventually(async () => {
            const { awaiting, stopped, state } = await latest.query(status);
            expect(awaiting?.what, JSON.stringify({ state, stopped })).toMatch(words);
          });
        await waitFor(/^1000 certificates/);
        const first = await latest.describe();
        const submit = (unit: string) =>
          tellAgain(() =>
            latest.executeUpdate(submitCertificate, {
              args: [{ publicKey: fingerprint(`key of ${unit}`), chain: 'chain' }],
            }),
          );
        await sideBySide(thousand.slice(0, 500), 10, submit);
        await waitFor(/^500 certificates/);
        await eventually(async () => {
          const { runId } = await latest.describe();
          expect(runId).not.toBe(first.runId);
          expect(await latest.query(requests)).toMatchObject({ staging: false });
        });
        const { results } = await harness.payloadSizes(handle.workflowId, first.runId);
        expect(Math.max(...results)).toBeLessThan(largestResult);
        const { inputs } = await harness.payloadSizes(handle.workflowId);
        expect(inputs[0]).toBeLessThan(head + 200 * thousand.length);
        await sideBySide(thousand.slice(500), 10, submit);
        await eventually(() => {
          expect(mesh.calls.some((call) => call.includes(' write '))).toBe(true);
          return Promise.resolve();
        });
        await harness.end(latest);
        expect(mesh.calls.filter((call) => call.endsWith('certified'))).toHaveLength(1000);
        const asked = new Map(mesh.calls.map((call, at) => [call, at]));
        const late = thousand.filter(
          (unit) => (asked.get(`${unit} staged`) ?? Infinity) > (asked.get(`${unit} certified`) ?? -1),
        );
        // Those that come while the next run reads again what waits are among what it reads.
        expect(late.length).toBeLessThan(20);
      });
    },
  );
});

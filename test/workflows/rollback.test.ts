import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import type { RotationInput } from '../../rotation/messages.ts';
import { abort, pause, resume, retry, rollback } from '../../workflows/signals.ts';
import { caOf, fingerprint, rootA } from './fake-ca.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { Gate, type Spot } from './gate.ts';
import { rotationInput } from './harness.ts';
import { type Begun, Meshes, reached } from './meshes.ts';
import { shownLines } from './shown.ts';

let meshes: Meshes;
beforeAll(async () => {
  meshes = await Meshes.open();
});
afterAll(() => meshes.close());

const units = ['aks-weu-1', 'aks-neu-1'];
const [unit] = units as [string];
const reason = 'partners are not ready';

interface Rolled extends Begun {
  readonly mesh: FakeMesh;
}

/** A rotation that is told to go back at a spot, and goes on from there. */
async function rolledBackAt(
  spot: Spot,
  change: (fake: Activities, mesh: FakeMesh) => Partial<Activities> = () => ({}),
  input: Partial<RotationInput> = {},
): Promise<Rolled> {
  const mesh = new FakeMesh({ units, limits: atOnce });
  const gate = new Gate(spot);
  const fake = mesh.activities();
  const begun = await meshes.begin(gate.around({ ...fake, ...change(fake, mesh) }), input);
  await reached(gate);
  await begun.handle.executeUpdate(rollback, { args: [{ reason }] });
  gate.open();
  return { mesh, ...begun };
}

/** Somebody acts right before the way back first reads what it is to lead to. */
function onceOnTheWayBack(act: (mesh: FakeMesh) => void) {
  return (fake: Activities, mesh: FakeMesh): Partial<Activities> => {
    let isDone = false;
    return {
      inspectCa: (input) => {
        if ('before' in input.ca && !isDone) {
          isDone = true;
          act(mesh);
        }
        return fake.inspectCa(input);
      },
    };
  };
}

function expectAsItWas(mesh: FakeMesh): void {
  for (const name of units) {
    const signer = fingerprint(`A ${name}`);
    const trust = { roots: [rootA], signer };
    expect(mesh.unit(name)).toMatchObject({ ...trust, chain: [signer], serves: trust, secondPlane: [rootA] });
    for (const proxy of mesh.unit(name).proxies) expect(proxy).toMatchObject(trust);
  }
}

/** A few of many: the property of commands, and the rotations of test/world/rollback, go through all. */
const spots: readonly (Spot & { readonly where: string })[] = [
  { where: 'a write of distribute', activity: 'writeSource', phase: 'distribute', unit },
  { where: 'the write of a signer', activity: 'writeSource', stage: 'signer', unit },
  { where: 'a wait for istiods in activate', activity: 'awaitLoaded', phase: 'activate', unit },
  { where: 'a batch of restarts in revoke', activity: 'restartStale', phase: 'revoke', unit },
  { where: 'the barrier before activate', activity: 'inspectCa', passing: 1 },
];

describe.concurrent('a rollback', () => {
  it.each(spots)('in $where leads every unit back to what it was', async (spot) => {
    const { mesh, handle, until } = await rolledBackAt(spot);
    await until({ state: 'rolledBack', id: 'r-1-back', rollsBack: 'r-1' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', rollsBack: 'r-1' });
    expectAsItWas(mesh);
  });

  it('keeps the evidence of both ways, each under its own id', async () => {
    const kept: [string, string][] = [];
    const { until } = await rolledBackAt({ activity: 'awaitLoaded', phase: 'activate', unit }, (fake) => ({
      storeEvidence: (input) => {
        const { document, rotationId } = input;
        if (document.kind === 'start' || document.kind === 'end')
          kept.push([
            rotationId,
            'state' in document ? document.state : (document.rollsBack ?? document.kind),
          ]);
        return fake.storeEvidence(input);
      },
    }));
    await until({ state: 'rolledBack' });
    expect(kept).toEqual([
      ['r-1', 'start'],
      ['r-1', 'turnedBack'],
      ['r-1-back', 'r-1'],
      ['r-1-back', 'rolledBack'],
    ]);
  });

  it('ends where an abort takes its place, on the way back too, and says in which state', async () => {
    let held: Gate | undefined;
    const { handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'revoke', unit },
      (fake) => {
        held = new Gate({ activity: 'awaitSynced', phase: 'distribute', unit });
        const gated = held.around(fake);
        const isBack = (id: string) => id.endsWith('-back');
        return {
          awaitSynced: (input) => (isBack(input.rotationId) ? gated : fake).awaitSynced(input),
        };
      },
    );
    await reached(held);
    await handle.executeUpdate(abort, { args: [undefined] });
    held?.open();
    const { standing } = await until({ state: 'aborted' });
    expect(standing?.units.map(({ state }) => state).toSorted()).toEqual(['S2', 'S2']);
    expect(standing?.unsafe).toEqual([]);
  });

  it('stops where the way back is forbidden, and goes on when that is mended', async () => {
    let expired = true;
    const { mesh, handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'revoke', unit },
      (fake) => ({
        inspectCa: async (input) => {
          if (!('before' in input.ca) || !expired) return fake.inspectCa(input);
          const ca = caOf(input.ca, units);
          const notAfter = '2021-01-01T00:00:00.000Z';
          return { ...ca, certificates: ca.certificates.map((fact) => ({ ...fact, notAfter })) };
        },
      }),
    );
    const { stopped } = await until({ state: 'stopped', rollsBack: 'r-1' });
    expect(stopped).toMatchObject({ code: 'INVARIANT_VIOLATED' });
    await expect(handle.executeUpdate(rollback, { args: [undefined] })).rejects.toMatchObject({
      cause: { message: 'it is on its way back already' },
    });
    expired = false;
    await handle.executeUpdate(retry, { args: [undefined] });
    await until({ state: 'rolledBack' });
    expectAsItWas(mesh);
  });

  it('stops for an override that was dropped, and says so with the command that gives it', async () => {
    const overrides = [{ invariant: 'AMBIENT_NOT_HANDLED', reason: 'looked after by hand' }];
    const { handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'activate', unit },
      (fake) => ({
        observeUnit: async (input) => {
          const observed = await fake.observeUnit(input);
          return { ...observed, clusters: observed.clusters.map((each) => ({ ...each, ambient: true })) };
        },
      }),
      { policy: { ...rotationInput().policy, overrides } },
    );
    const { stopped, mesh: name } = await until({ state: 'stopped', rollsBack: 'r-1' });
    expect(stopped).toMatchObject({ code: 'INVARIANT_VIOLATED', overridable: ['AMBIENT_NOT_HANDLED'] });
    const lines = await shownLines(handle);
    expect(lines.filter((line) => /^- (then|or): /.test(line))).toEqual([
      '- then: More Actions, Send an Update, `retry` with `{}`',
      '- or: More Actions, Send an Update, `abort` with `{}`',
      `- then: \`meshturn rotation rollback prod/${name} -f … --override AMBIENT_NOT_HANDLED --reason …\``,
    ]);
    await handle.executeUpdate(abort, { args: [undefined] });
    await until({ state: 'aborted', rollsBack: 'r-1' });
  });

  it('names a root that somebody else has written meanwhile, and drops it for nobody', async () => {
    const stranger = fingerprint('X');
    const { mesh, handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'activate', unit },
      onceOnTheWayBack((its) => {
        its.unit(unit).roots = [...its.unit(unit).roots, stranger];
      }),
    );
    const { stopped } = await until({ state: 'stopped', rollsBack: 'r-1' });
    expect(stopped?.message).toContain(`the CA source of ${unit}, on the way back`);
    expect(mesh.unit(unit).roots).toContain(stranger);
    mesh.unit(unit).roots = mesh.unit(unit).roots.filter((root) => root !== stranger);
    await handle.executeUpdate(retry, { args: [undefined] });
    await until({ state: 'rolledBack' });
    expectAsItWas(mesh);
  });

  it('names an intermediate that somebody else has written before the turn, and overwrites it for nobody', async () => {
    const stranger = fingerprint('an intermediate of a stranger');
    const { mesh, handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'revoke', unit },
      onceOnTheWayBack((its) => {
        its.unit(unit).signer = stranger;
      }),
    );
    const { stopped } = await until({ state: 'stopped', rollsBack: 'r-1' });
    const code = 'SOURCE_CHANGED_BY_OTHER';
    expect(stopped).toMatchObject({ code, overridable: [code] });
    expect(stopped?.message).toContain(`the CA source of ${unit}, on the way back`);
    expect(stopped?.message).toMatch(/expected signer .* or .*, found signer /s);
    expect(mesh.unit(unit).signer).toBe(stranger);
    mesh.unit(unit).signer = fingerprint(`B ${unit}`);
    await handle.executeUpdate(retry, { args: [undefined] });
    await until({ state: 'rolledBack' });
    expectAsItWas(mesh);
  });

  it('can be paused, and is refused where it is asked for again', async () => {
    const { mesh, handle, until } = await rolledBackAt({ activity: 'awaitLoaded', phase: 'activate', unit });
    await until({ state: 'rollingBack' });
    await handle.executeUpdate(pause, { args: [undefined] });
    await until({ state: 'paused' });
    await expect(handle.executeUpdate(rollback, { args: [undefined] })).rejects.toMatchObject({
      cause: { message: 'it is on its way back already' },
    });
    await handle.executeUpdate(resume, { args: [undefined] });
    await until({ state: 'rolledBack' });
    expectAsItWas(mesh);
  });

  it('is refused where it would bring back a root that is marked compromised', async () => {
    const gate = new Gate({ activity: 'awaitLoaded', phase: 'distribute', unit });
    const activities = gate.around(new FakeMesh({ units, limits: atOnce }).activities());
    const { policy } = rotationInput();
    const { handle } = await meshes.begin(activities, { policy: { ...policy, compromised: [rootA] } });
    await reached(gate);
    await expect(handle.executeUpdate(rollback, { args: [undefined] })).rejects.toMatchObject({
      cause: { message: 'CN=A is marked compromised and must never come back' },
    });
    gate.open();
    await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
  });

  it('stops where a write is refused, and goes on back from there', async () => {
    let forbidden = true;
    const { mesh, handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'activate', unit },
      (fake) => ({
        writeSource: (input) =>
          forbidden && input.rotationId === 'r-1-back' && input.unit === unit
            ? Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert' }))
            : fake.writeSource(input),
      }),
    );
    await until({ state: 'stopped', rollsBack: 'r-1' });
    forbidden = false;
    await handle.executeUpdate(retry, { args: [undefined] });
    await until({ state: 'rolledBack' });
    expectAsItWas(mesh);
  });

  it('stops by name where what was there before cannot sign today, and writes nothing back', async () => {
    const { mesh, handle, until } = await rolledBackAt(
      { activity: 'awaitLoaded', phase: 'activate', unit },
      (fake) => ({
        inspectCa: (input) =>
          'before' in input.ca
            ? Promise.reject(new Problem('FORMER_SIGNER_UNUSABLE', { object: 'secrets in https://kv' }))
            : fake.inspectCa(input),
      }),
    );
    const { stopped } = await until({ state: 'stopped', rollsBack: 'r-1' });
    expect(stopped).toMatchObject({ code: 'FORMER_SIGNER_UNUSABLE' });
    const before = mesh.calls.length;
    await handle.executeUpdate(abort, { args: [undefined] });
    await until({ state: 'aborted' });
    expect(mesh.calls.slice(before).filter((call) => call.includes(' write '))).toEqual([]);
  });
});

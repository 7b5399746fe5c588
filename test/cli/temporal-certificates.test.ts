import { afterAll, beforeAll, expect, it } from 'vitest';
import { Problem } from '../../problems/problem.ts';
import { rotationsOn } from '../../cli/temporal-rotations.ts';
import type { CaRef } from '../../rotation/wanted.ts';
import { certificatesOn } from '../../cli/temporal-certificates.ts';
import { rotationWorkflowId } from '../../rotation/messages.ts';
import { FakeMesh } from '../workflows/fake-mesh.ts';
import { Gate } from '../workflows/gate.ts';
import { Harness } from '../workflows/harness.ts';

const units = Array.from({ length: 60 }, (_, index) => `aks-${index + 1}`);
const ca: CaRef = { kind: 'root', directory: '/ca', issuer: 'offline' };

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

it('reads all that a rotation waits for, page by page, and brings certificates or why one is refused', async () => {
  const fake = new FakeMesh({ units }).activities();
  const activities = {
    ...fake,
    stageCas: ({ units: some }: { units: readonly { unit: string }[] }) =>
      Promise.resolve({
        requests: some.map(({ unit }) => ({ unit, publicKey: `key of ${unit}`, csr: `csr of ${unit}` })),
      }),
    acceptCertificate: ({ unit, chain }: { unit: string; chain: string }) =>
      chain === 'another'
        ? Promise.reject(new Problem('CERTIFICATE_NOT_AS_ASKED', { object: unit, found: 'pathLen 1' }))
        : Promise.resolve({ fingerprint: `of ${unit}` }),
  };
  const rotations = rotationsOn({ connection: harness.env.connection, namespace: 'default' });
  await harness.withOwn(activities, async () => {
    const mesh = 'offline';
    const handle = await harness.start({ ca, mesh });
    await harness.until(handle, ({ awaiting }) => awaiting !== undefined);
    const name = { fleet: 'prod', mesh };
    const { requests: waiting, staging } = await rotations.requests(name);
    expect(staging).toBe(false);
    expect(waiting.map(({ unit }) => unit).toSorted()).toEqual(units.toSorted());
    const submission = { publicKey: 'key of aks-7', chain: 'chain' };
    expect(await rotations.submit(name, { ...submission, chain: 'another' })).toMatchObject({
      code: 'CERTIFICATE_NOT_AS_ASKED',
      details: { object: 'aks-7', found: 'pathLen 1' },
    });
    expect(await rotations.submit(name, { ...submission, chain: 'x'.repeat(30_000) })).toMatchObject({
      code: 'CERTIFICATE_NOT_AS_ASKED',
      details: { object: 'the certificate for aks-7', found: '30000' },
    });
    expect(await rotations.submit(name, submission)).toBe('of aks-7');
    expect(await rotations.submit(name, submission)).toBe('of aks-7');
    expect(await rotations.submit(name, { publicKey: 'another', chain: 'chain' })).toMatchObject({
      code: 'CERTIFICATE_NOT_REQUESTED',
      details: { found: 'a certificate whose key no request waits for' },
    });
    const left = await rotations.requests(name);
    expect(left.requests).toHaveLength(59);
    expect(left.taken).toEqual([
      { ...{ unit: 'aks-7', publicKey: 'key of aks-7' }, fingerprint: 'of aks-7' },
    ]);
    await harness.end(handle);
  });
  await expect(rotations.requests({ fleet: 'prod', mesh: 'none' })).rejects.toMatchObject({
    code: 'ROTATION_UNKNOWN',
  });
});

it('waits for nothing where the issuer signs by itself', async () => {
  const fake = new FakeMesh({ units: ['aks-1'] }).activities();
  const rotations = rotationsOn({ connection: harness.env.connection, namespace: 'default' });
  await harness.withOwn(fake, async () => {
    const handle = await harness.start({ mesh: 'files' });
    expect(await rotations.requests({ fleet: 'prod', mesh: 'files' })).toEqual({
      requests: [],
      taken: [],
      staging: false,
    });
    await harness.end(handle);
  });
});

it('says at once what has stopped a rotation before it had all its keys', async () => {
  const fake = new FakeMesh({ units: ['aks-1'] }).activities();
  const activities = {
    ...fake,
    stageCas: () =>
      Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'the vault', hint: 'let it' })),
  };
  const rotations = rotationsOn({ connection: harness.env.connection, namespace: 'default' });
  await harness.withOwn(activities, async () => {
    const mesh = 'stopped';
    const handle = await harness.start({ ca, mesh });
    await harness.until(handle, ({ state }) => state === 'stopped');
    expect(await rotations.requests({ fleet: 'prod', mesh })).toMatchObject({
      staging: true,
      stopped: { code: 'KEY_VAULT_FORBIDDEN', hint: 'let it' },
    });
    await harness.end(handle);
  });
});

it('tells a certificate whose vault does not answer from a worker that is missing', async () => {
  const fake = new FakeMesh({ units: ['aks-1'] }).activities();
  const gate = new Gate({ activity: 'acceptCertificate' });
  const activities = gate.around({
    ...fake,
    stageCas: () => Promise.resolve({ requests: [{ unit: 'aks-1', publicKey: 'key', csr: 'csr' }] }),
  });
  const { connection, client } = harness.env;
  const name = { fleet: 'prod', mesh: 'slow' };
  const handleOf = () => client.workflow.getHandle(rotationWorkflowId(name.fleet, name.mesh));
  const impatient = {
    withDeadline: <T>(deadline: number | Date, call: () => Promise<T>) =>
      connection.withDeadline(Math.min(Number(deadline), Date.now() + 3_000), call),
  };
  const { submit } = certificatesOn(impatient, handleOf);
  const submission = { publicKey: 'key', chain: 'chain' };
  const handle = await harness.withOwn(activities, async () => {
    const started = await harness.start({ ca, mesh: name.mesh });
    await harness.until(started, ({ awaiting }) => awaiting !== undefined);
    expect(await submit(name, submission)).toMatchObject({
      code: 'CERTIFICATE_UNANSWERED',
      details: { object: 'the certificate', found: 'no answer within 60 s' },
    });
    gate.open();
    expect(await submit(name, submission)).toMatch(/^[0-9a-f]+$/);
    return started;
  });
  await expect(submit(name, submission)).rejects.toMatchObject({ code: 'WORKER_MISSING' });
  await handle.terminate('the end of the test');
}, 60_000);

it('takes no rotation that is over for one that makes keys', async () => {
  const rotations = rotationsOn({ connection: harness.env.connection, namespace: 'default' });
  const handle = await harness.start({ ca, mesh: 'over' });
  await handle.terminate('by a test');
  await expect(rotations.requests({ fleet: 'prod', mesh: 'over' })).rejects.toMatchObject({
    code: 'COMMAND_REFUSED',
    details: { found: 'a rotation that has ended' },
  });
});

it('asks for a worker where none answers', async () => {
  const rotations = rotationsOn({ connection: harness.env.connection, namespace: 'default' });
  const handle = await harness.start({ ca, mesh: 'silent' });
  await expect(rotations.requests({ fleet: 'prod', mesh: 'silent' })).rejects.toMatchObject({
    code: 'WORKER_MISSING',
  });
  await handle.terminate('the end of the test');
}, 30_000);

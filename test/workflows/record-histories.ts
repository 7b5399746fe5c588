import { mkdir, rm, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { rotationWorkflowId, unitWorkflowId, type RotationInput } from '../../rotation/messages.ts';
import type { PhaseName } from '../../rotation/plan.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { retry, rollback, status, submitCertificate } from '../../workflows/signals.ts';
import { renewedCa } from './fake-ca.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';
import { keyOf, MeshOfStaged } from './mesh-of-staged.ts';

const unit = 'aks-weu-1';
const units = [unit, 'aks-neu-1'];
const name = { fleet: 'prod', mesh: 'payments' } as const;

type Rotation = Awaited<ReturnType<Harness['start']>>;

/** A rotation whose histories are kept: what is special about it, and which of its units' steps are kept too. */
interface Recorded {
  readonly name: string;
  readonly input?: Partial<RotationInput>;
  readonly mesh?: typeof FakeMesh;
  readonly change?: (fake: Activities, mended: () => boolean) => Partial<Activities>;
  /** What it waits for before it is told anything: to be stopped where left out, and what stopped it is mended then. */
  readonly waits?: (progress: RotationProgress) => boolean;
  readonly told?: (handle: Rotation, harness: Harness) => Promise<unknown>;
  readonly steps: readonly (readonly [rotationId: string, phase: PhaseName])[];
}

const forbiddenSigner = (fake: Activities, mended: () => boolean): Partial<Activities> => ({
  writeSource: (input) =>
    input.stage === 'signer' && input.unit === unit && !mended()
      ? Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-key' }))
      : fake.writeSource(input),
});

/** Likewise, and then a look finds the unit wrong once; the barrier after that cannot read the new CA once. */
const wrongOnce = (fake: Activities, mended: () => boolean): Partial<Activities> => {
  let [looks, reads] = [0, 0];
  return {
    ...forbiddenSigner(fake, mended),
    watchUnits: async (input) => {
      const isWrong = input.units.some((each) => each.unit === unit) && (looks += 1) === 1;
      const regression = {
        unit,
        code: 'SOURCE_CHANGED_BY_OTHER',
        message: 'others',
        hint: 'put back',
      } as const;
      return { ...(await fake.watchUnits(input)), regressions: isWrong ? [regression] : [] };
    },
    inspectCa: (input) =>
      (reads += 1) === 3
        ? Promise.reject(new Problem('BAD_CERTIFICATE', { object: '/ca/root-cert.pem' }))
        : fake.inspectCa(input),
  };
};

/** Lets looks stop the unit and find it right, and others come while a barrier is stopped. */
async function watched(handle: Rotation, harness: Harness): Promise<void> {
  const stopped = async (code: string) => {
    await harness.env.sleep('15 minutes');
    await harness.until(handle, ({ stopped: whole, phases }) =>
      [whole, ...phases.flatMap(({ clusters }) => clusters.map((step) => step.stopped))].some(
        (stop) => stop?.code === code,
      ),
    );
  };
  for (const code of ['SOURCE_CHANGED_BY_OTHER', 'KEY_VAULT_FORBIDDEN']) await stopped(code);
  await handle.executeUpdate(retry, { args: [undefined] });
  for (const code of ['BAD_CERTIFICATE', 'BAD_CERTIFICATE']) await stopped(code);
  await handle.executeUpdate(retry, { args: [undefined] });
}

/** Brings what was signed elsewhere, of one unit after the other. */
async function submitted(_: Rotation, harness: Harness): Promise<void> {
  const latest = harness.client.workflow.getHandle(rotationWorkflowId(name.fleet, name.mesh));
  for (const [ordinal, one] of units.entries()) {
    await harness.until(
      latest,
      ({ awaiting }) => awaiting?.what.startsWith(String(units.length - ordinal)) === true,
    );
    await latest.executeUpdate(submitCertificate, { args: [{ publicKey: keyOf(one), chain: `B ${one}` }] });
  }
}

const recorded: readonly Recorded[] = [
  { name: 'root', steps: [['r-1', 'activate']] },
  { name: 'intermediate', input: { ca: renewedCa }, steps: [['r-1', 'activate']] },
  { name: 'continued', input: { continueEvery: 1 }, steps: [] },
  {
    name: 'offline',
    input: { ca: { kind: 'root', directory: '/ca', issuer: 'offline' }, continueEvery: 2 },
    mesh: MeshOfStaged,
    waits: ({ awaiting }) => awaiting !== undefined,
    told: submitted,
    steps: [],
  },
  {
    name: 'stopped-and-retried',
    change: forbiddenSigner,
    told: (handle) => handle.executeUpdate(retry, { args: [{ reason: 'the role is back' }] }),
    steps: [['r-1', 'activate']],
  },
  { name: 'watched', change: wrongOnce, told: watched, steps: [['r-1', 'activate']] },
  {
    name: 'rolled-back',
    change: forbiddenSigner,
    told: (handle) => handle.executeUpdate(rollback, { args: [{ reason: 'partners are not ready' }] }),
    steps: [
      ['r-1', 'activate'],
      ['r-1-back', 'activate'],
    ],
  },
];

/** Makes the histories in a folder anew: every run of each rotation, and the steps named. */
export async function recordHistories(folder: URL): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const one of recorded) {
    const harness = await Harness.create();
    try {
      await record(folder, harness, one);
    } finally {
      await harness.close();
    }
  }
}

async function record(folder: URL, harness: Harness, { name: of, input, steps, ...one }: Recorded) {
  const { mesh: Mesh = FakeMesh, waits = ({ state }: RotationProgress) => state === 'stopped' } = one;
  const mesh = new Mesh({ units });
  const fake = mesh.activities();
  let mended = false;
  const changed = one.change?.(fake, () => mended) ?? {};
  await harness.with({ ...fake, ...changed }, async () => {
    const handle = await harness.start({ ...name, rotationId: 'r-1', ...input });
    const latest = harness.client.workflow.getHandle(rotationWorkflowId(name.fleet, name.mesh));
    if (one.told !== undefined) {
      await harness.until(latest, waits);
      mended = true;
      await one.told(handle, harness);
    }
    await harness.until(latest, ({ state }) => state === 'completed' || state === 'rolledBack');
    const last = (await latest.query(status)).rollsBack === undefined ? 'r-1' : 'r-1-back';
    let run = 0;
    for (let runId: string | undefined = handle.firstExecutionRunId; runId !== undefined; run += 1) {
      runId = await save(folder, harness, { file: `${of}-${run}`, workflowId: latest.workflowId, runId });
    }
    for (const [rotationId, phase] of steps) {
      const workflowId = unitWorkflowId({ ...name, rotationId, phase, step: { unit } });
      const file = `${of}-unit${rotationId === last ? '' : '-before'}`;
      await save(folder, harness, { file, workflowId, runId: undefined });
    }
  });
}

/** Resolves with the run that went on from this one. */
async function save(
  folder: URL,
  harness: Harness,
  { file, workflowId, runId }: { file: string; workflowId: string; runId: string | undefined },
): Promise<string | undefined> {
  const history = await harness.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const ofThisMachine = /"(identity|stackTrace)": ?"(?:[^"\\]|\\.)*"/g;
  const json = historyToJSON(history).replaceAll(ofThisMachine, '"$1":"recorded"');
  await writeFile(new URL(`${file}.json`, folder), json);
  const end = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
  return end?.newExecutionRunId ?? undefined;
}

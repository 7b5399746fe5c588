import { describe, expect, it } from 'vitest';
import { Problem } from '../../problems/problem.ts';
import { memoOf } from '../../rotation/memo.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { cutOff } from './cut-off.ts';
import { golden } from './golden.ts';
import {
  aborted,
  completed,
  earlier,
  now,
  observed,
  progress,
  stopped,
  stoppedBy,
  wanted,
} from './samples.ts';
import { scripted } from './session.ts';

const planned = '-f fleets/prod.yaml --root ./root-b';
const live = (state = progress()) => scripted({ kind: 'live', progress: state });
/** All roots are there, and a signer signs that nobody trusts. */
const ahead = observed((unit) => ({
  ...unit,
  source: { ...unit.source, heldBy: unit.unit === 'aks-eus-1' ? 'r-ffffffff' : undefined },
}));

describe('meshturn', () => {
  it.each([
    ['help', '--help'],
    ['help-exit-codes', 'help exit-codes'],
    ['help-environment', 'help environment'],
    ['no-such-command', 'fleet valdate prod.yaml'],
    ['no-such-flag', 'rotation list --outptu json'],
    ['no-mesh-name', 'rotation status prod'],
    ['no-mesh', 'rotation status'],
    ['no-file', 'rotation plan --root ./root-b'],
    ['no-such-value', 'rotation list --output jsn'],
    ['no-such-time', 'rotation watch prod/payments --timeout 5'],
    ['no-such-number', 'demo --clusters 0'],
    ['demo-of-old-root', 'demo --issuer offline --kind intermediate'],
    ['too-many-words', 'rotation list prod'],
    ['fleet-validate', 'fleet validate fleets/prod.yaml'],
    ['fleet-validate-wrong', 'fleet validate fleets/wrong.yaml'],
    ['fleet-validate-missing', 'fleet validate fleets/none.yaml'],
    ['plan', `rotation plan ${planned} --mesh payments`],
    ['plan-two-phases', `rotation plan ${planned} --phases 2`],
    ['plan-detailed-exitcode', `rotation plan ${planned} --detailed-exitcode -o json`],
    ['plan-no-such-mesh', `rotation plan ${planned} --mesh paymnets`],
    ['plan-no-new-ca', 'rotation plan -f fleets/prod.yaml'],
    ['override-unknown', `rotation plan ${planned} --override ROOT_IN_USD --reason tested`],
    ['override-forbidden', `rotation plan ${planned} --override ROOT_COMPROMISED --reason tested`],
    ['override-without-reason', `rotation plan ${planned} --override ROOT_IN_USE`],
  ])('answers as in %s', async (name, commandLine) => {
    await golden(name, commandLine);
  });

  it('tells who refuses it to look', async () => {
    const details = { object: 'cluster aks-eus-1', expected: 'list pods', found: '403' };
    const observeUnit = () => Promise.reject(new Problem('CLUSTER_FORBIDDEN', details));
    await golden('plan-forbidden', `rotation plan ${planned}`, { observe: { observeUnit } });
  });

  it('plans around a source that another rotation holds', async () => {
    await golden('plan-blocked', `rotation plan ${planned}`, { mesh: ahead });
  });

  it('has nothing to plan where all is as wanted', async () => {
    const there = {
      ...wanted,
      roots: observed().units[0]?.source.roots ?? [],
      signers: {},
      certificates: [],
    };
    const signers = Object.fromEntries(
      observed().units.flatMap(({ unit, source }) => (source.signer ? [[unit, source.signer]] : [])),
    );
    const inspectCa = () => Promise.resolve({ ...there, signers });
    const certificates = wanted.certificates.map((one) =>
      Object.values(wanted.signers).some(({ fingerprint }) => fingerprint === one.fingerprint)
        ? { ...one, serial: '', toBeIssued: true as const }
        : one,
    );
    const toBeIssued = () => Promise.resolve({ ...wanted, certificates });
    await golden('plan-to-be-issued', `rotation plan ${planned}`, { observe: { inspectCa: toBeIssued } });
    await golden('plan-nothing', `rotation plan ${planned}`, { observe: { inspectCa } });
    await golden('start-nothing', `rotation start ${planned}`, { observe: { inspectCa } });
  });

  it('starts a rotation, and refuses one that breaks an invariant', async () => {
    await golden('start', `rotation start ${planned}`, { rotations: scripted() });
    await golden('start-json', `rotation start ${planned} -o json`, { rotations: scripted() });
    await golden('start-refused', `rotation start ${planned} --phases 2`, { rotations: scripted() });
  });

  it('tells of a rotation that runs already', async () => {
    const start = () => Promise.reject(new Problem('ROTATION_RUNNING', { object: 'prod/payments' }));
    await golden('start-running', `rotation start ${planned}`, { rotations: { start } });
  });

  it('shows where a rotation is', async () => {
    await golden('status', 'rotation status prod/payments', { rotations: live() });
    await golden('status-stopped', 'rotation status prod/payments', { rotations: live(stopped) });
    await golden('status-cut-off', 'rotation status prod/payments', { rotations: live(stoppedBy(cutOff)) });
    await golden('status-completed', 'rotation status prod/payments', { rotations: live(completed()) });
    await golden('status-json', 'rotation status prod/payments -o json', { rotations: live(completed()) });
  });

  it('shows what a rotation left behind where no worker answers', async () => {
    const memo = memoOf(stopped, new Date(now.getTime() - 180_000).toISOString());
    const rotations = scripted({ kind: 'silent', memo });
    await golden('status-silent', 'rotation status prod/payments', { rotations });
    const never = scripted({ kind: 'silent', memo: undefined });
    await golden('status-not-taken-up', 'rotation status prod/payments', { rotations: never });
  });

  it('follows a rotation to its end, and breaks the silence on the way', async () => {
    const quiet = Array.from({ length: 12 }, () => ({ kind: 'live', progress: progress() }) as const);
    const end = { kind: 'live', progress: completed() } as const;
    await golden('watch', 'rotation watch prod/payments', { rotations: scripted(...quiet, end) });
    await golden('watch-jsonl', 'rotation watch prod/payments -o jsonl', { rotations: scripted(end) });
  });

  it('draws a tree in its place on a terminal', async () => {
    const seen = [progress(), progress(), completed()].map(
      (state) => ({ kind: 'live', progress: state }) as const,
    );
    await golden('watch-terminal', 'rotation watch prod/payments', {
      rotations: scripted(...seen),
      terminal: { columns: 80, rows: 24 },
    });
  });

  it('ends to follow where it is stopped, left, or out of time', async () => {
    await golden('watch-stopped', 'rotation watch prod/payments', {
      rotations: live({
        ...stopped,
        phases: stopped.phases.map((phase) => ({
          ...phase,
          clusters: phase.clusters.filter(({ state }) => state !== 'running'),
        })),
      }),
    });
    await golden('watch-detached', 'rotation watch prod/payments', { rotations: live(), interruptAfter: 2 });
    await golden('watch-timeout', 'rotation watch prod/payments --timeout 3s', { rotations: live() });
  });

  it('prepares a namespace, and says what it cannot', async () => {
    const done = () => Promise.resolve();
    const namespace = { register: done, verifyRetention: done, setRetention: done };
    const nothing = () => Promise.resolve(undefined);
    await golden('setup', 'setup', { namespace: { ...namespace, raiseRetention: nothing } });
    const raiseRetention = () => Promise.resolve({ was: 1, is: 30 });
    await golden('setup-raised', 'setup', { namespace: { ...namespace, raiseRetention } });
    const details = { object: 'namespace default', expected: 'at least 9 days', found: '3 days' };
    const verifyRetention = () => Promise.reject(new Problem('RETENTION_TOO_SHORT', details));
    const short = { ...namespace, verifyRetention };
    await golden('setup-retention', 'setup --retention 3d', { namespace: short });
  });

  it('warns in a plan of a namespace that forgets too early, and plans without Temporal', async () => {
    const env = { TEMPORAL_ADDRESS: '127.0.0.1:7233' };
    const details = { object: 'namespace default', expected: 'at least 10 days', found: '3 days' };
    const verifyRetention = () => Promise.reject(new Problem('RETENTION_TOO_SHORT', details));
    await golden('plan-retention', `rotation plan ${planned}`, { env, namespace: { verifyRetention } });
    const away = () => Promise.reject(new Problem('TEMPORAL_UNREACHABLE', { object: env.TEMPORAL_ADDRESS }));
    await golden('plan', `rotation plan ${planned} --mesh payments`, {
      env,
      namespace: { verifyRetention: away },
    });
  });

  it('runs a worker over valid fleet files only', async () => {
    const runWorker = (_: unknown, up: () => void) => {
      up();
      return Promise.resolve();
    };
    await golden('worker', 'worker -f fleets/prod.yaml', { runWorker });
    await golden('worker-wrong', 'worker -f fleets/wrong.yaml', { runWorker });
  });

  it('pauses a rotation, lets it go on, and aborts it where a person says so', async () => {
    const told = { name: 'pause', reason: 'change freeze', at: now.toISOString() } as const;
    const paused = progress({
      state: 'paused',
      command: told,
      phases: progress().phases.map((phase) => ({
        ...phase,
        clusters: phase.clusters.map((step) =>
          step.state === 'running' ? { ...step, state: 'paused' as const, awaiting: undefined } : step,
        ),
      })),
    });
    await golden('pause', 'rotation pause prod/payments', { rotations: live() });
    await golden('pause-dry-run', 'rotation pause prod/payments --dry-run', { rotations: live() });
    await golden('pause-refused', 'rotation pause prod/payments', { rotations: live(completed()) });
    await golden('pause-silent', 'rotation pause prod/payments', {
      rotations: scripted({ kind: 'silent', memo: undefined }),
    });
    const completedMemo = memoOf(completed(), now.toISOString());
    await golden('pause-ended-silent', 'rotation pause prod/payments', {
      rotations: scripted({ kind: 'silent', memo: completedMemo }),
    });
    await golden('resume', 'rotation resume prod/payments', { rotations: live(paused) });
    await golden('resume-refused', 'rotation resume prod/payments', { rotations: live() });
    await golden('abort', 'rotation abort prod/payments --yes', { rotations: live(paused) });
    await golden('abort-asked', 'rotation abort prod/payments', { rotations: live(), answers: ['y'] });
    await golden('abort-declined', 'rotation abort prod/payments', { rotations: live(), answers: ['n'] });
    await golden('status-paused', 'rotation status prod/payments', { rotations: live(paused) });
    const ended = live(aborted());
    await golden('status-aborted', 'rotation status prod/payments', { rotations: ended });
    await golden('watch-aborted', 'rotation watch prod/payments', { rotations: live(aborted()) });
  });

  it('turns a rotation back, and starts the way back of one that has ended', async () => {
    const rollback = 'rotation rollback prod/payments';
    await golden('rollback-asked', `${rollback} --reason unready`, {
      rotations: live(),
      answers: ['y'],
    });
    await golden('rollback-dry-run', `${rollback} --dry-run`, { rotations: live() });
    const back = progress({ state: 'stopped', rollsBack: 'r-00000000' });
    await golden('rollback-refused', rollback, { rotations: live(back) });
    await golden('rollback-no-file', rollback, { rotations: live(completed()) });
    const former = {
      ...wanted,
      ...{ exact: true as const, roots: observed().units[0]?.source.roots ?? [], certificates: [] },
      signers: Object.fromEntries(
        observed().units.flatMap(({ unit, source }) => (source.signer ? [[unit, source.signer]] : [])),
      ),
    };
    const after = observed((unit) => ({
      ...unit,
      source: { ...unit.source, roots: [...unit.source.roots, ...wanted.roots] },
      certificates: [...unit.certificates, ...wanted.certificates],
    }));
    const inspectCa = () => Promise.resolve(former);
    const ended = live(completed());
    await golden('rollback-ended', `${rollback} -f fleets/prod.yaml`, {
      ...{ mesh: after, observe: { inspectCa }, rotations: ended, answers: ['y'] },
    });
    expect(ended.started.map(({ ca }) => ca)).toEqual([{ kind: 'root', before: completed().id }]);
    const forgotten = scripted();
    const named = `${rollback} -f fleets/prod.yaml --rotation r-00000000`;
    await golden('rollback-named', named, {
      ...{ rotations: forgotten, answers: ['y'] },
      observe: { inspectCa: () => Promise.resolve(earlier) },
    });
    expect(forgotten.started.map(({ ca }) => ca)).toEqual([{ kind: 'intermediate', before: 'r-00000000' }]);
    const stranger = { ...earlier, had: { 'aks-neu-1': ['f0'] } };
    await golden('rollback-foreign', named, {
      ...{ rotations: scripted(), answers: ['y'] },
      observe: { inspectCa: () => Promise.resolve(stranger) },
    });
    const { from: to, to: from } = completed();
    const rolledBack: RotationProgress = {
      ...completed(),
      from,
      to,
      state: 'rolledBack',
      rollsBack: 'r-00000000',
    };
    await golden('watch-rolled-back', 'rotation watch prod/payments', { rotations: live(rolledBack) });
    await golden('status-rolled-back', 'rotation status prod/payments', { rotations: live(rolledBack) });
    // Whoever started the way there and waits for it has not got what was wanted.
    await golden('start-wait-turned', `rotation start ${planned} --wait`, { rotations: live(rolledBack) });
  });

  it('lists rotations and tells stopped ones to go on', async () => {
    const row = {
      fleet: 'prod',
      mesh: 'payments',
      kind: 'root',
      phase: 'activate',
      state: 'running',
      startedAt: now.toISOString(),
      endedAt: undefined,
    };
    const list = () =>
      Promise.resolve([
        row,
        { ...row, mesh: 'orders', phase: '', state: 'completed', endedAt: now.toISOString() },
      ]);
    await golden('list', 'rotation list', { rotations: { list } });
    await golden('list-none', 'rotation list', { rotations: { list: () => Promise.resolve([]) } });
    await golden('retry', 'rotation retry prod/payments --cluster aks-eus-1', { rotations: scripted() });
  });
});

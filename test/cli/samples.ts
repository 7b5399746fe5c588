import type { ObservedMesh, ObservedUnit } from '../../rotation/observed.ts';
import type { ClusterStep, PhaseProgress, RotationProgress, Stopped } from '../../rotation/progress.ts';
import type { MeshShape } from '../../rotation/shape.ts';
import type { CertFacts, Signer } from '../../rotation/trust.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import { waitingStep } from '../../rotation/waiting-step.ts';
import { defaults } from '../../fleet/defaults.ts';

/** The mesh that the documentation tells of: three clusters on their way from Root A to Root B. */
export const now = new Date('2026-11-21T13:00:00.000Z');

function cert(name: string, issuer: string, fill: string, notAfter: string): CertFacts {
  return {
    fingerprint: fill.repeat(64).slice(0, 64),
    subject: `CN=${name},O=Test`,
    issuer: `CN=${issuer},O=Test`,
    serial: fill,
    notBefore: '2020-01-14T00:00:00.000Z',
    notAfter,
  };
}

const rootA = cert('Root A', 'Root A', '5f3a', '2027-01-14T00:00:00.000Z');
const rootB = cert('Root B', 'Root B', 'c207', '2036-11-18T00:00:00.000Z');
const signersA = ['a1', 'a2', 'a3'].map((fill) => intermediate(fill, 'Root A', rootA.notAfter));
const signersB = ['b1', 'b2', 'b3'].map((fill) => intermediate(fill, 'Root B', rootB.notAfter));

function intermediate(fill: string, root: string, notAfter: string): CertFacts {
  return cert(`Intermediate ${fill.toUpperCase()}`, root, fill, notAfter);
}

function signer(intermediate: CertFacts, root: CertFacts): Signer {
  return {
    fingerprint: intermediate.fingerprint,
    root: root.fingerprint,
    chain: [intermediate.fingerprint, root.fingerprint],
  };
}

const clusters = [
  { name: 'aks-weu-1', proxies: 187, reload: 'live' },
  { name: 'aks-neu-1', proxies: 98, reload: 'cronjob' },
  { name: 'aks-eus-1', proxies: 127, reload: 'live' },
] as const;

export function observed(change: (unit: ObservedUnit) => ObservedUnit = (unit) => unit): ObservedMesh {
  return { mesh: 'payments', at: now.toISOString(), units: clusters.map((_, i) => change(unit(i))) };
}

function unit(index: number): ObservedUnit {
  const { name, proxies, reload } = clusters[index] ?? clusters[0];
  const intermediate = signersA[index] ?? rootA;
  const roots = [rootA.fingerprint];
  return {
    unit: name,
    controlPlanes: [name],
    source: {
      kind: 'keyVault',
      roots,
      signer: signer(intermediate, rootA),
      chain: signer(intermediate, rootA).chain,
      atomic: false,
      restorable: true,
      heldBy: undefined,
    },
    reload,
    ...(reload === 'cronjob' ? { cronJobEvery: 600 } : {}),
    istiods: ['0', '1'].map((pod) => ({
      cluster: name,
      pod: `istiod-${pod}`,
      revision: 'asm-1-30',
      version: '1.30.3',
      serves: { roots, signer: intermediate.fingerprint },
    })),
    clusters: [
      {
        cluster: name,
        proxies,
        unreadable: 0,
        trust: [{ roots, count: proxies }],
        leaves: [
          {
            signer: intermediate.fingerprint,
            root: rootA.fingerprint,
            count: proxies,
            latestNotAfter: '2026-11-22T12:00:00.000Z',
          },
        ],
        secondPlane: [{ roots, count: 12 }],
        longestLeafTtlSeconds: 86_400,
        ambient: false,
      },
    ],
    certificates: [rootA, intermediate],
    strangers: [],
    warnings:
      name === 'aks-neu-1'
        ? [
            {
              code: 'CRONJOB_LATE',
              cluster: name,
              text: 'CronJob istio-cert-validator-cronjob-asm-1-30 last ran 26 min ago, expected every 10 min',
            },
          ]
        : [],
  };
}

export const shape: MeshShape = {
  fleet: 'prod',
  mesh: 'payments',
  trustDomain: 'payments.example.com',
  waveWidth: 10,
  limits: defaults.limits,
  units: clusters.map(({ name, reload }) => ({
    unit: name,
    controlPlanes: [name],
    cronJob: 'wait',
    clusters: [
      {
        cluster: name,
        workloads: reload === 'cronjob' ? { mode: 'restart', batchPercent: 10 } : { mode: 'renew' },
        reach: undefined,
      },
    ],
  })),
};

export const wanted: Wanted = {
  kind: 'root',
  roots: [rootB.fingerprint],
  signers: Object.fromEntries(
    clusters.map(({ name }, index) => [name, signer(signersB[index] ?? rootB, rootB)]),
  ),
  certificates: [rootB, ...signersB],
};

const signersBefore = ['e1', 'e2', 'e3'].map((fill) => intermediate(fill, 'Root A', rootA.notAfter));

/** What the sources held before their intermediates of now: others below the same root. */
export const earlier: Wanted = {
  kind: 'intermediate',
  roots: [rootA.fingerprint],
  exact: true,
  signers: Object.fromEntries(
    clusters.map(({ name }, index) => [name, signer(signersBefore[index] ?? rootA, rootA)]),
  ),
  certificates: [rootA, ...signersBefore],
};

export function step(cluster: string, more: Partial<ClusterStep> = {}): ClusterStep {
  return { ...waitingStep(cluster), ...more };
}

function phase(name: PhaseProgress['name'], more: Partial<PhaseProgress> = {}): PhaseProgress {
  return {
    name,
    state: 'waiting',
    startedAt: undefined,
    endedAt: undefined,
    clusters: clusters.map((cluster) => step(cluster.name)),
    ...more,
  };
}

/** Every cluster through the phase. */
function donePhase(name: PhaseProgress['name'], startedAt: string, endedAt: string): PhaseProgress {
  return phase(name, {
    state: 'done',
    startedAt,
    endedAt,
    clusters: clusters.map(({ name: cluster, proxies }) =>
      step(cluster, { state: 'done', done: proxies, total: proxies }),
    ),
  });
}

const distributed = donePhase('distribute', '2026-11-20T13:02:00.000Z', '2026-11-21T01:24:00.000Z');

/** In the middle of activate: one cluster done, one restarting, one waiting for renewal. */
export function progress(more: Partial<RotationProgress> = {}): RotationProgress {
  return {
    schema: 'meshturn.rotation/v1',
    id: 'r-0a1b2c3d',
    fleet: 'prod',
    mesh: 'payments',
    kind: 'root',
    state: 'running',
    startedAt: '2026-11-21T00:12:00.000Z',
    endedAt: undefined,
    from: [rootA],
    to: [rootB],
    phases: [distributed, activating(), phase('revoke')],
    violations: [],
    stopped: undefined,
    versionsWritten: 9,
    digest: 'd1',
    ...more,
  };
}

/** `change` is laid over the step of aks-eus-1. */
export function activating(change: Partial<ClusterStep> = {}): PhaseProgress {
  return phase('activate', {
    state: 'running',
    startedAt: '2026-11-21T01:24:00.000Z',
    until: rootA,
    clusters: [
      step('aks-weu-1', { state: 'done', done: 187, total: 187 }),
      step('aks-neu-1', {
        state: 'running',
        doing: 'signer: restarting, batch 5 of 10',
        awaiting: { what: 'payments/ledger to be ready', until: '2026-11-21T13:14:03.000Z' },
        done: 41,
        total: 98,
      }),
      step('aks-eus-1', {
        state: 'running',
        doing: 'signer: converged',
        awaiting: { what: '124 leaves to renew', until: '2026-11-22T01:14:00.000Z' },
        done: 3,
        total: 127,
        ...change,
      }),
    ],
  });
}

export const forbidden = {
  code: 'KEY_VAULT_FORBIDDEN',
  message: 'secret ca-cert in https://kv-mesh-eus.vault.azure.net: Key Vault refuses access',
  hint: 'az role assignment create --role "Key Vault Secrets Officer" --assignee 7d1c…',
  at: '2026-11-21T12:50:00.000Z',
  longestLeaf: 86_400,
  footing: {
    trusts: [rootA.fingerprint, rootB.fingerprint],
    signs: 'old' as const,
    underWay: { trusts: [rootA.fingerprint, rootB.fingerprint], signs: 'new' as const },
  },
};

export function completed(): RotationProgress {
  return progress({
    state: 'completed',
    endedAt: '2026-11-22T13:16:00.000Z',
    versionsWritten: 12,
    phases: [
      distributed,
      donePhase('activate', '2026-11-21T01:24:00.000Z', '2026-11-21T14:00:00.000Z'),
      donePhase('revoke', '2026-11-21T14:00:00.000Z', '2026-11-22T13:16:00.000Z'),
    ],
  });
}

/** Ended by a person in the middle of activate. */
export function aborted(): RotationProgress {
  const { phases } = progress();
  return progress({
    state: 'aborted',
    endedAt: '2026-11-21T13:00:00.000Z',
    command: { name: 'abort', reason: 'another team needs the weekend', at: '2026-11-21T12:58:00.000Z' },
    phases: phases.map((each) => ({
      ...each,
      state: each.state === 'running' ? 'left' : each.state,
      clusters: each.clusters.map((one) =>
        one.state === 'running' ? { ...one, state: 'left', awaiting: undefined } : one,
      ),
    })),
    standing: {
      at: '2026-11-21T13:00:00.000Z',
      units: clusters.map(({ name }, index) => ({
        unit: name,
        clusters: [name],
        state: index === 2 ? 'S1' : 'S2',
        trusts: [rootA.fingerprint, rootB.fingerprint],
        signsWith: (index === 2 ? rootA : signersB[index])?.fingerprint,
      })),
      unseen: [],
      unsafe: [],
      until: rootA,
    },
  });
}

/** One cluster has stopped, the others go on. */
export function stoppedBy(reason: Stopped): RotationProgress {
  return progress({
    state: 'stopped',
    phases: [
      ...progress().phases.slice(0, 1),
      { ...activating({ state: 'stopped', awaiting: undefined, stopped: reason }), state: 'stopped' },
      ...progress().phases.slice(2),
    ],
  });
}

export const stopped = stoppedBy(forbidden);

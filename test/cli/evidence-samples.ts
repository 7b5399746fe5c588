import type { EvidenceDocument } from '../../activities/evidence/document.ts';
import { readerOn, type EvidenceReader } from '../../activities/evidence/reader.ts';
import { createHash } from 'node:crypto';
import { completed, progress } from './samples.ts';

const { id, from, to } = progress();
const [rootA, rootB] = [from[0]?.fingerprint ?? '', to[0]?.fingerprint ?? ''];
const folder = `prod/payments/${id}`;

const common = {
  schema: 'meshturn.evidence/v1',
  rotation: { id, fleet: 'prod', mesh: 'payments', kind: 'root' },
  writtenBy: {
    meshturn: '0.1.0',
    temporal: {
      server: '1.32.0',
      namespace: 'default',
      workflowId: 'rotation/prod/payments',
      runId: '019ab4c2-77aa-7c3e-9d1f-000000000001',
    },
  },
} as const;

const started = {
  id: 'u-0',
  name: 'start',
  at: '2026-11-20T13:01:58.000Z',
  by: 'alice@laptop',
} as const;
const retried = {
  id: 'u-1',
  name: 'retry',
  at: '2026-11-20T13:20:00.000Z',
  by: 'bob@jump-1',
  reason: 'CSI driver restarted | node 3',
  cluster: 'aks-neu-1',
} as const;

const start: EvidenceDocument = {
  ...{ ...common, kind: 'start', at: '2026-11-20T13:02:00.000Z', from: [...from], to: [...to] },
  phases: (['distribute', 'activate', 'revoke'] as const).map((phase) => ({ phase, units: 3, clusters: 3 })),
  violations: [
    {
      ...{ code: 'NOT_RESTORABLE', unit: 'aks-eus-1', text: 'version 3f of root-cert is disabled' },
      overridden: 'backed up by hand',
    },
  ],
  commands: [started],
};

function unit(name: string, fill: string): EvidenceDocument {
  const signer = fill.repeat(32);
  const at = (clock: string) => `2026-11-20T${clock}.000Z`;
  const stage = 'add-roots';
  return {
    ...{ ...common, kind: 'unit', workflow: '0123456789ab', phase: 'distribute', unit: name },
    ...{ controlPlanes: [name], clusters: [name], startedAt: at('13:02:05'), endedAt: at('13:40:00') },
    before: { roots: [rootA], signer },
    after: { roots: [rootA, rootB], signer },
    writes: [
      {
        ...{ stage, at: at('13:02:10'), source: 'secrets in https://kv-mesh.vault.azure.net' },
        objects: { root: 'root-cert', chain: 'cert-chain', key: 'ca-key', cert: 'ca-cert' },
        versions: { root: 'c0ffee01', chain: '01', key: '02', cert: '03' },
        ...{ written: ['root'], roots: [rootA, rootB] },
      },
    ],
    proofs: [
      { proof: 'synced', stage, at: at('13:05:00'), pods: [`${name}/istiod-0`, `${name}/istiod-1`] },
      {
        ...{ proof: 'loaded', stage, at: at('13:05:30'), by: 'live reload', loggedSerials: [] },
        replicas: ['0', '1'].map((pod) => ({ cluster: name, pod: `istiod-${pod}`, leafSerial: `1f${pod}` })),
      },
      { proof: 'secondPlane', stage, cluster: name, at: at('13:07:40'), namespaces: 12, webhooks: 3 },
      {
        ...{ proof: 'converged', stage, cluster: name, at: at('13:39:58'), total: 187, converged: 187 },
        ...{ laggards: [], provenByTime: { count: 1, pods: ['payments/ledger-0'] } },
      },
    ],
    stops:
      name === 'aks-neu-1'
        ? [
            {
              ...{ clusters: [name], code: 'SYNC_TIMED_OUT', message: 'volumes of istiod: not in sync' },
              ...{ at: at('13:17:05'), resumedAt: at('13:20:00') },
            },
          ]
        : [],
  };
}

const units = [
  ['aks-weu-1', 'a1'],
  ['aks-neu-1', 'a2'],
  ['aks-eus-1', 'a3'],
].map(
  ([name = '', fill = '']) =>
    [`${folder}/units/distribute/${name}.0123456789ab.json`, unit(name, fill)] as const,
);

const distribute: EvidenceDocument = {
  ...{ ...common, kind: 'phase', number: 1, phase: 'distribute' },
  ...{ startedAt: '2026-11-20T13:02:00.000Z', endedAt: '2026-11-21T01:24:00.000Z' },
  units: units.map(([name, document]) => ({
    ...{ unit: document.kind === 'unit' ? document.unit : '', name, sha256: sha256(document) },
  })),
  ...{ clusters: 3, versionsWritten: 3, stops: [], commands: [started, retried] },
};

const phases: readonly (readonly [string, EvidenceDocument])[] = [
  [`${folder}/phases/01-distribute.json`, distribute],
];

const end: EvidenceDocument = {
  ...{ ...common, kind: 'end', state: 'completed', startedAt: '2026-11-20T13:02:00.000Z' },
  ...{ endedAt: completed().endedAt ?? '', versionsWritten: 12 },
  phases: phases.map(([name, document]) => ({ name, sha256: sha256(document) })),
  ...{ stops: [], commands: [started, retried] },
};

function sha256(document: EvidenceDocument): string {
  return createHash('sha256').update(JSON.stringify(document)).digest('hex');
}

/** What is kept in the middle of the rotation, or of the whole. */
export function kept(until: 'distribute' | 'end'): ReadonlyMap<string, string> {
  const documents: readonly (readonly [string, EvidenceDocument])[] = [
    [`${folder}/start.json`, start],
    ...units,
    ...phases,
    ...(until === 'end' ? [[`${folder}/end.json`, end] as const] : []),
  ];
  return new Map(documents.map(([name, document]) => [name, JSON.stringify(document)]));
}

/** Reads evidence that lies in memory. */
export function readerOf(texts: ReadonlyMap<string, string>): EvidenceReader {
  return readerOn({
    place: 'folder /fleets/evidence',
    write: () => Promise.reject(new Error('a report writes nothing')),
    read: (name) => Promise.resolve(texts.get(name)),
    list: (prefix) => Promise.resolve([...texts.keys()].filter((name) => name.startsWith(prefix)).sort()),
  });
}

import type { ProblemCode } from '../../../problems/registry.ts';
import type { ActName } from './acts.ts';

/** In which moment of a phase somebody acts, and on which of the two clusters. */
export type Moment =
  /** The first cluster waits for leaves to renew. */
  | 'waits'
  /** The second cluster is done, the first still waits for leaves to renew. */
  | 'done'
  /** The second cluster waits for its turn, for units begin one by one. */
  | 'turn'
  /** All are done, and the barrier looks at the mesh to plan what follows: the first cluster. */
  | 'barrier';

export interface Strike {
  readonly phase: 'distribute' | 'activate' | 'revoke';
  readonly when: Moment;
  readonly act: ActName;
  /** The code by which it is named; undefined where it is proven like all else, and nothing stops. */
  readonly code?: ProblemCode;
}

/** One rotation and all that others do to it. */
export interface Lane {
  readonly name: string;
  readonly strikes: readonly Strike[];
  /** The act by itself must break traffic, whatever Meshturn does: the reason of the handshakes that fail. */
  readonly breaksTraffic?: string;
  /** One that writes several objects may: no hand writes them at once, and the driver may read between them. */
  readonly mayBreakTraffic?: string;
}

const tornByReading = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';

const changed = { code: 'SOURCE_CHANGED_BY_OTHER' } as const;

/** In a phase, what stops a cluster that waits comes after what leaves it waiting, and the barrier last. */
export const lanes: readonly Lane[] = [
  {
    name: 'roots-added',
    strikes: [
      { phase: 'distribute', when: 'done', act: 'root-added', ...changed },
      { phase: 'distribute', when: 'waits', act: 'root-added', ...changed },
      { phase: 'distribute', when: 'barrier', act: 'root-added', ...changed },
      { phase: 'activate', when: 'waits', act: 'root-added', ...changed },
      { phase: 'activate', when: 'barrier', act: 'root-added', ...changed },
      { phase: 'revoke', when: 'waits', act: 'root-added', ...changed },
      { phase: 'revoke', when: 'barrier', act: 'root-added', ...changed },
    ],
  },
  {
    name: 'roots-removed',
    strikes: [
      { phase: 'distribute', when: 'done', act: 'new-root-removed', ...changed },
      { phase: 'distribute', when: 'waits', act: 'old-root-removed', ...changed },
      { phase: 'distribute', when: 'barrier', act: 'new-root-removed', ...changed },
      { phase: 'activate', when: 'waits', act: 'new-root-removed', ...changed },
      { phase: 'activate', when: 'barrier', act: 'old-root-removed', ...changed },
    ],
  },
  {
    name: 'roots-swapped',
    strikes: [
      { phase: 'distribute', when: 'done', act: 'roots-swapped', ...changed },
      { phase: 'distribute', when: 'barrier', act: 'roots-swapped', ...changed },
      { phase: 'activate', when: 'waits', act: 'roots-swapped', ...changed },
    ],
  },
  {
    name: 'intermediates',
    mayBreakTraffic: tornByReading,
    strikes: [
      { phase: 'distribute', when: 'waits', act: 'other-intermediate', ...changed },
      { phase: 'distribute', when: 'barrier', act: 'other-intermediate', ...changed },
      { phase: 'activate', when: 'waits', act: 'other-intermediate', ...changed },
      { phase: 'activate', when: 'barrier', act: 'other-intermediate', ...changed },
    ],
  },
  {
    name: 'torn',
    strikes: [
      { phase: 'distribute', when: 'waits', act: 'torn-pair', ...changed },
      { phase: 'distribute', when: 'barrier', act: 'torn-pair', ...changed },
      { phase: 'revoke', when: 'done', act: 'torn-pair', ...changed },
      { phase: 'revoke', when: 'barrier', act: 'torn-pair', ...changed },
    ],
  },
  {
    name: 'turns',
    strikes: [
      { phase: 'distribute', when: 'turn', act: 'root-added', ...changed },
      { phase: 'revoke', when: 'turn', act: 'torn-pair', ...changed },
    ],
  },
  {
    name: 'torn-chain',
    strikes: [{ phase: 'activate', when: 'waits', act: 'torn-chain', ...changed }],
    breaksTraffic: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
  {
    name: 'new-ca-at-once',
    strikes: [{ phase: 'distribute', when: 'waits', act: 'new-ca-at-once', ...changed }],
    breaksTraffic: 'SELF_SIGNED_CERT_IN_CHAIN',
    mayBreakTraffic: tornByReading,
  },
  {
    name: 'istiods',
    strikes: [
      { phase: 'distribute', when: 'waits', act: 'istiod-scaled-up' },
      {
        phase: 'distribute',
        when: 'done',
        act: 'revision-of-other-source',
        code: 'REVISION_SOURCES_DIFFER',
      },
      { phase: 'activate', when: 'waits', act: 'istiod-upgraded' },
      { phase: 'revoke', when: 'waits', act: 'revision-added' },
      { phase: 'revoke', when: 'done', act: 'cacerts-edited' },
      { phase: 'revoke', when: 'done', act: 'revision-crashes', code: 'ISTIOD_REGRESSED' },
    ],
  },
  {
    name: 'turn-of-signer',
    mayBreakTraffic: tornByReading,
    strikes: [{ phase: 'activate', when: 'turn', act: 'other-intermediate', ...changed }],
  },
];

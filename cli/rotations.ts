import type { Problem } from '../problems/problem.ts';
import type { RotationMemo } from '../rotation/memo.ts';
import type { CommandName } from '../rotation/commands.ts';
import type { CommandRequest, RetryRequest, RotationInput } from '../rotation/messages.ts';
import type { CertRequest, RequestsPage, Submission, TakenCertificate } from '../rotation/requests.ts';
import type { RotationProgress } from '../rotation/progress.ts';
import type { EndedByServer } from '../rotation/server-end.ts';

/** A mesh as commands name it: `prod/payments`. */
export interface MeshName {
  readonly fleet: string;
  readonly mesh: string;
}

/**
 * The state of a rotation, asked of its workflow; or, where no worker answers, what it last left behind. Where the
 * Temporal server has ended it, either says so.
 */
export type Seen = { readonly kind: 'live'; readonly progress: RotationProgress } | LeftBehind;

export interface LeftBehind {
  readonly kind: 'silent';
  /** Undefined where no worker has ever taken it up. */
  readonly memo: RotationMemo | undefined;
  /** Set where the Temporal server has ended it. */
  readonly ended?: EndedByServer | undefined;
}

export interface RotationRow extends MeshName {
  readonly kind: string;
  readonly phase: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
}

/** What a rotation waits for from whoever signs, and what it was brought. */
export interface RequestsFound {
  readonly requests: readonly CertRequest[];
  readonly taken: readonly TakenCertificate[];
  /** True where more will come: keys are still being made, or read again. */
  readonly staging: boolean;
  /** What stopped the rotation as a whole: it makes no more keys until that is mended. */
  readonly stopped?: RequestsPage['stopped'];
}

/** Rotations on a Temporal server. Every call may throw TEMPORAL_UNREACHABLE. */
export interface Rotations {
  /** Throws ROTATION_RUNNING where the mesh has one, SEARCH_ATTRIBUTE_MISSING before `meshturn setup`. */
  start(input: RotationInput): Promise<void>;
  /** The mesh's newest rotation. Throws ROTATION_UNKNOWN. */
  look(name: MeshName): Promise<Seen>;
  /** Newest first. */
  list(): Promise<readonly RotationRow[]>;
  /** Throws ROTATION_UNKNOWN, COMMAND_REFUSED where nothing is stopped, WORKER_MISSING where nobody hears it. */
  retry(name: MeshName, request: RetryRequest): Promise<void>;
  /** The other commands; throws likewise. */
  tell(name: MeshName, command: CommandName, request: CommandRequest): Promise<void>;
  /**
   * The requests for certificates that it waits for; none where it waits for none. Throws ROTATION_UNKNOWN,
   * WORKER_MISSING, and COMMAND_REFUSED where it has ended, or is being ended.
   */
  requests(name: MeshName): Promise<RequestsFound>;
  /**
   * Brings a certificate; resolves with its fingerprint, or with what is wrong with this one alone:
   * CERTIFICATE_UNANSWERED, WORKER_MISSING of its unit, why it is refused. Throws as `tell`.
   */
  submit(name: MeshName, submission: Submission): Promise<string | Problem>;
}

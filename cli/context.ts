import type { StricliProcess, CommandContext } from '@stricli/core';
import type { Activities } from '../activities/contract.ts';
import type { EvidenceReader } from '../activities/evidence/reader.ts';
import type { Inspector } from '../activities/inspect/inspector.ts';
import type { Fleet, Mesh } from '../fleet/fleet.ts';
import type { RaisedRetention } from '../worker/namespace.ts';
import type { WorkerOptions } from '../worker/run.ts';
import type { Prompts } from './prompts.ts';
import type { Rotations } from './rotations.ts';

/** The activities that look and never write. */
export type Observer = Pick<Activities, 'listClusters' | 'findSources' | 'inspectCa' | 'observeUnit'>;

/** The size of a terminal at this moment, in characters. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
}

/** A Temporal namespace, as far as Meshturn sets it up. */
export interface Namespace {
  readonly name: string;
  /** Registers the search attributes that are missing. */
  readonly register: () => Promise<void>;
  readonly setRetention: (days: number) => Promise<void>;
  /** Sets it where it is too short for a rotation of so many days, and resolves with what it was and is then. */
  readonly raiseRetention: (days: number) => Promise<RaisedRetention | undefined>;
  /** Throws RETENTION_TOO_SHORT where a rotation of so many days could not be reported on a week later. */
  readonly verifyRetention: (days: number) => Promise<void>;
}

/**
 * All that a command touches. The rule of the streams: stdout gets what was asked for and nothing else, so
 * that it can be piped; progress, hints and errors go to stderr.
 */
export interface Context extends CommandContext {
  readonly process: StricliProcess;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What stdout is, where it is a terminal. */
  readonly terminal: Terminal | undefined;
  /** Undefined where nobody can be asked: stdin or stdout is no terminal. */
  readonly prompts: Prompts | undefined;
  readonly now: () => Date;
  /** Resolves after so many milliseconds, or as soon as the command is interrupted. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly newRotationId: () => string;
  /** Connects to Temporal on first use. Throws TEMPORAL_UNREACHABLE. */
  readonly rotations: () => Promise<Rotations>;
  /** Looks at the clusters of a fleet from this process, without Temporal. */
  readonly observe: (fleet: Fleet) => Promise<Observer>;
  /** What the fleet's store of evidence holds. */
  readonly evidence: (fleet: Fleet) => Promise<EvidenceReader>;
  /** Looks at the CAs of a mesh from this process, without Temporal. */
  readonly inspector: (target: { readonly fleet: Fleet; readonly mesh: Mesh }) => Promise<Inspector>;
  /** The namespace that rotations run in. Throws TEMPORAL_UNREACHABLE. */
  readonly namespace: () => Promise<Namespace>;
  /**
   * Runs until SIGINT or SIGTERM, and calls `up` once it takes tasks. Throws TEMPORAL_UNREACHABLE,
   * SEARCH_ATTRIBUTE_MISSING.
   */
  readonly runWorker: (options: WorkerOptions, up: () => void) => Promise<void>;
}

import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerLog, KubeObject } from '../../sim/world.ts';

/** One run of a pod's program. */
export interface Run {
  /** Tells it from all others. */
  readonly id: string;
  readonly path: string;
}

interface OpenRun extends Run {
  readonly close: () => void;
}

/** Files of what programs print, in the form of a container runtime, one a run; the last two of each pod are kept. */
export class PodLogs {
  readonly #folder: string;
  readonly #fail: (error: unknown) => void;
  readonly #runs = new Map<string, { begun: number; kept: readonly OpenRun[] }>();

  /** @param fail called where nothing can be written any more, on a full disk for example */
  constructor(folder: string, fail: (error: unknown) => void) {
    this.#folder = folder;
    this.#fail = fail;
  }

  /** A program has been started in the pod. */
  begin(pod: KubeObject, log: ContainerLog): void {
    try {
      this.#begin(pod, log);
    } catch (error) {
      this.#fail(error);
    }
  }

  #begin({ metadata }: KubeObject, log: ContainerLog): void {
    const { begun, kept } = this.#runs.get(metadata.uid) ?? { begun: 0, kept: [] };
    const folder = this.#folderOf(metadata);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${begun}.log`);
    const file = openSync(path, 'a', 0o600);
    const print: Parameters<ContainerLog['onLine']>[0] = ({ at, text }) => {
      try {
        writeSync(file, `${at.toISOString()} stdout F ${text}\n`);
      } catch (error) {
        this.#fail(error);
      }
    };
    log.lines.forEach(print);
    const silence = log.onLine(print);
    const close = (): void => {
      silence();
      closeSync(file);
    };
    const [last, old] = kept;
    last?.close();
    if (old !== undefined) rmSync(old.path);
    const run = { id: `${metadata.uid}/${begun}`, path, close };
    this.#runs.set(metadata.uid, {
      begun: begun + 1,
      kept: [run, ...(last === undefined ? [] : [noop(last)])],
    });
  }

  /** The newest run, or the one before it. */
  run(uid: string, previous = false): Run | undefined {
    return this.#runs.get(uid)?.kept[previous ? 1 : 0];
  }

  /** The pod is gone. */
  remove({ metadata }: KubeObject): void {
    for (const { close } of this.#runs.get(metadata.uid)?.kept ?? []) close();
    this.#runs.delete(metadata.uid);
    rmSync(this.#folderOf(metadata), { recursive: true, force: true });
  }

  #folderOf({ namespace = '', name, uid }: KubeObject['metadata']): string {
    return join(this.#folder, `${namespace}_${name}_${uid}`);
  }
}

/** A run whose file is closed. */
function noop({ id, path }: Run): OpenRun {
  return { id, path, close: () => undefined };
}

import type { Files } from '../../../sim/controllers/file-set.ts';

export interface RunOptions {
  /** ISTIO_MULTIROOT_MESH; true unless told. */
  readonly multiRoot?: boolean;
  readonly args?: readonly string[];
}

/** One istiod, started over a mounted set of files. */
export interface IstiodRun {
  /** Rejects where it ends instead, with its last words. */
  readonly ready: Promise<void>;
  /** All it has printed. */
  printed(): readonly string[];
  /** Puts other files in the place of all, as kubelet swaps them. */
  swap(files: Files): Promise<void>;
  /** The loopback port behind 15012. */
  port(): number;
  stop(): Promise<void>;
}

/** A cluster with the namespaces `istio-system` and `default` in which istiods run, all of one namespace. */
export interface IstiodWorld {
  run(files: Files, options?: RunOptions): IstiodRun;
  /** A token of the ServiceAccount `default/default`. */
  token(audience: string): Promise<string>;
  createNamespace(name: string): Promise<void>;
  /** What ConfigMap istio-ca-root-cert of a namespace holds. */
  bundle(namespace: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Puts data in the place of all that ConfigMap istio-ca-root-cert of a namespace holds. */
  overwrite(namespace: string, data: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

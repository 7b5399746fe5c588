import type { FakeProgram } from '../../support/fake-program.ts';
import type { KubeconfigCluster } from '../../../sim/api/kubeconfig.ts';

/** A ServiceAccount. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** What somebody may do, as a rule of RBAC says it; a subresource is named `pods/log`. */
export interface Grant {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** The API server of one cluster, controllers and nodes behind it, and what a contract must be able to do to it. */
export interface KubeWorld {
  /** The login of somebody who may do everything. */
  readonly admin: KubeconfigCluster;
  /** Ends the API server, whatever it is at, and starts it again at its port; resolves once it answers. */
  restart(): Promise<void>;
  /** Forgets all versions but the newest, as etcd does by and by, and restarts the API server. */
  forget(): Promise<void>;
  /** A token of a ServiceAccount whose stated end is so many seconds ahead, or behind. */
  mint(account: Account, endsIn: number): Promise<string>;
  /** Lets a ServiceAccount that could do nothing do these things in its namespace. */
  grant(account: Account, grants: readonly Grant[]): Promise<void>;
  /** The newest program of a pod. */
  program(namespace: string, pod: string): FakeProgram;
  close(): Promise<void>;
}

import type { WorkloadIdentity } from './identity.ts';

/** A proxy as others meet it: what it shows them, and where. */
export interface Workload {
  /** What it holds now; undefined until the first answer of istiod. */
  readonly identity: WorkloadIdentity | undefined;
  /** The loopback port of its workload listener; undefined before it is open and after it has closed. */
  readonly workloadPort: number | undefined;
  /** The roots by which the agent trusts istiod, as the pod has them mounted now. */
  readonly istiodRoots: string | undefined;
  /** Why its listener refused the connection from that client port; told once. */
  takeRefusal(clientPort: number): string | undefined;
}

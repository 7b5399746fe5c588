import type { Certificate } from '../../pki/certificate.ts';
import { Problem } from '../../problems/problem.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import type { ObservedIstiod } from '../../rotation/observed.ts';
import { longestLeafByDefault } from '../../rotation/proven-by-time.ts';
import type { ClusterRef, MeshWorld } from '../mesh-world.ts';
import type { ControlPlane } from './control-plane.ts';
import { cronJobWarnings } from './cron-job-warnings.ts';
import { probe, trustedByConfigMap } from './probe.ts';
import { listReplicas, type Replica } from './replicas.ts';
import type { Warning } from './warning.ts';

/** What was seen of a control plane's replicas. */
export interface ObservedPlane {
  readonly istiods: readonly ObservedIstiod[];
  readonly certificates: readonly Certificate[];
  readonly warnings: readonly Warning[];
  /** Seconds; what a replica signs at most. */
  readonly longestLeaf: number;
}

/**
 * Probes every replica. One that gives no answer, or whose leaves no peer could verify, serves nothing and is
 * warned of.
 * @param trusted PEM of roots that istiod's serving certificate may lead to besides istio-ca-root-cert
 * @throws Problem PROBE_SERVICE_ACCOUNT, or what the API server says
 */
export async function observePlane(
  world: MeshWorld,
  ref: ClusterRef,
  plane: ControlPlane,
  trusted: string,
): Promise<ObservedPlane> {
  const client = world.client(ref);
  const token = await world.probeToken(ref, plane.namespace);
  const roots = `${await trustedByConfigMap(client, plane.namespace)}\n${trusted}`;
  const replicas = await listReplicas(client, plane);
  const running = replicas.filter(({ terminating }) => !terminating);
  const looks = await Promise.all(
    running.map(async (replica) => ({
      replica,
      answer: replica.ready
        ? await probe(client, replica, { token, trusted: roots }).catch(asAnswer)
        : undefined,
    })),
  );
  const warn = (replica: Replica, code: ProblemCode, text: string): Warning => ({
    code,
    cluster: ref.cluster,
    text: `istiod ${replica.pod}: ${text}`,
  });
  return {
    istiods: looks.map(({ replica, answer }) => ({
      cluster: ref.cluster,
      pod: replica.pod,
      revision: plane.revision,
      version: replica.version,
      serves:
        answer === undefined || answer instanceof Problem || answer.signer === undefined
          ? undefined
          : { roots: answer.roots, signer: answer.signer },
      ...(answer === undefined || answer instanceof Problem ? {} : { handsOut: answer.roots }),
    })),
    certificates: looks.flatMap(({ answer }) =>
      answer === undefined || answer instanceof Problem ? [] : answer.certificates,
    ),
    // Of an istiod without a replica nothing is known.
    longestLeaf: Math.max(longestLeafByDefault, ...running.map((replica) => replica.longestLeaf)),
    warnings: [
      ...looks.flatMap(({ replica, answer }) => {
        if (answer === undefined) return [warn(replica, 'ISTIOD_NOT_READY', replica.waiting ?? 'not ready')];
        if (answer instanceof Problem) return [warn(replica, answer.code, answer.message)];
        return answer.broken === undefined ? [] : [warn(replica, 'ISTIOD_TORN_CHAIN', answer.broken)];
      }),
      ...cronJobWarnings(plane, new Date()),
    ],
  };
}

function asAnswer(error: unknown): Problem {
  if (error instanceof Problem && error.code !== 'CLUSTER_FORBIDDEN') return error;
  throw error;
}

import type { Certificate } from '../../pki/certificate.ts';
import { searchPath } from '../../pki/path.ts';
import { Problem } from '../../problems/problem.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import type { ControlPlane } from '../istiod/control-plane.ts';
import { probe, trustedByConfigMap, type ProbeAnswer } from '../istiod/probe.ts';
import { listReplicas, type Replica } from '../istiod/replicas.ts';
import type { ClusterRef, MeshWorld } from '../mesh-world.ts';
import type { Holding, HoldingType, Place } from './place.ts';

type Answer = ProbeAnswer | Problem;

/**
 * Asks every running replica of every revision of istiod in a cluster for a certificate, which is thrown away, and
 * shows what came with it: a place for all replicas of a revision that answer alike.
 * @param trusted PEM of roots that istiod's serving certificate may lead to besides istio-ca-root-cert
 * @throws Problem ISTIOD_NOT_FOUND, PROBE_SERVICE_ACCOUNT, or what the API server says
 */
export async function inspectIstiods(
  world: MeshWorld,
  ref: ClusterRef,
  trusted: string,
): Promise<readonly Place[]> {
  const planes = await world.controlPlanes(ref);
  return (await Promise.all(planes.map((plane) => placesOfPlane(world, ref, plane, trusted)))).flat();
}

async function placesOfPlane(
  world: MeshWorld,
  ref: ClusterRef,
  plane: ControlPlane,
  trusted: string,
): Promise<readonly Place[]> {
  const client = world.client(ref);
  const token = await world.probeToken(ref, plane.namespace);
  const roots = `${await trustedByConfigMap(client, plane.namespace)}\n${trusted}`;
  const replicas = await listReplicas(client, plane);
  const answers = await Promise.all(
    replicas
      .filter(({ terminating }) => !terminating)
      .map(async (replica) => ({
        replica,
        answer: replica.ready
          ? await probe(client, replica, { token, trusted: roots }).catch(asProblem)
          : notReady(replica),
      })),
  );
  const alike = Map.groupBy(answers, ({ answer }) => sameness(answer));
  return [...alike.values()].map((group) => placeOf(group, plane));
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

function notReady({ plane, pod, waiting = 'not ready' }: Replica): Problem {
  return new Problem('ISTIOD_NOT_READY', {
    object: `istiod ${pod} of cluster ${plane.cluster}`,
    found: waiting,
  });
}

function sameness(answer: Answer): string {
  if (answer instanceof Problem) return answer.message;
  return [...answer.chain, '/', ...answer.roots, answer.broken === undefined ? '' : 'broken'].join(' ');
}

function placeOf(
  group: readonly { readonly replica: Replica; readonly answer: Answer }[],
  { cluster, revision }: ControlPlane,
): Place {
  const pods = group.map(({ replica }) => replica.pod).toSorted();
  const versions = [...new Set(group.map(({ replica }) => replica.version))].join(', ');
  const object = `istiod ${pods.join(', ')} of cluster ${cluster}, revision ${revision}, ${versions}`;
  const place = { kind: 'istiod', object, cluster, keys: [] } as const;
  const answer = group[0]?.answer;
  if (answer === undefined || answer instanceof Problem) {
    return { ...place, holdings: [], findings: answer === undefined ? [] : [answer], path: [] };
  }
  const known = new Map(answer.certificates.map((one) => [one.fingerprint, one]));
  const of = (name: string, type: HoldingType, held: readonly Fingerprint[]) =>
    held.flatMap((one): readonly Holding[] => {
      const certificate = known.get(one);
      return certificate === undefined ? [] : [{ name, type, status: 'ACTIVE', certificate }];
    });
  const torn = new Problem('PATH_BROKEN', {
    object,
    ...(answer.broken === undefined ? {} : { found: answer.broken }),
  });
  return {
    ...place,
    holdings: [
      ...of('cert-chain.pem', 'Cert Chain', answer.chain),
      ...of('root-cert.pem', 'CA', answer.roots),
    ],
    findings: answer.broken === undefined ? [] : [torn],
    path: pathOf(answer, known),
  };
}

/** From the certificate that signed the probe's leaf to its root. */
function pathOf(answer: ProbeAnswer, known: ReadonlyMap<Fingerprint, Certificate>): readonly Certificate[] {
  const leaf = known.get(answer.signer ?? '');
  if (leaf === undefined) return [];
  const roots = answer.roots.flatMap((one) => known.get(one) ?? []);
  const found = searchPath({ leaf, presented: answer.certificates, roots, reject: () => undefined });
  return found.ok ? found.path : [];
}

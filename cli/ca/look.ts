import type { Inspector } from '../../activities/inspect/inspector.ts';
import type { Place } from '../../activities/inspect/place.ts';
import { Problem } from '../../problems/problem.ts';
import { sideBySide } from '../../rotation/side-by-side.ts';
import { problemIn } from '../problem-in.ts';
import type { SeenMesh } from './document.ts';
import type { Where } from './place-flags.ts';
import type { InspectTarget } from './target.ts';

/** Clusters looked at side by side. */
const width = 8;

/**
 * Looks at one kind of place in every cluster of the target. One cluster that cannot be looked at is a finding
 * among the others; where none can be, its problem is thrown.
 */
export async function placesOf(
  where: Exclude<Where, { kind: 'files' }>,
  { clusters }: InspectTarget,
  inspector: Inspector,
): Promise<readonly Place[]> {
  const looks = await sideBySide(clusters, width, async (cluster): Promise<readonly Place[] | Problem> => {
    try {
      return await lookAt(where, cluster, inspector);
    } catch (error) {
      const problem = problemIn(error);
      if (problem instanceof Problem) return problem;
      throw error;
    }
  });
  const [first] = looks;
  if (first instanceof Problem && looks.every((look) => look instanceof Problem)) throw first;
  return looks.flatMap((look, index) =>
    look instanceof Problem ? [unseenPlace(where.kind, clusters[index] ?? '', look)] : look,
  );
}

async function lookAt(
  where: Exclude<Where, { kind: 'files' }>,
  cluster: string,
  inspector: Inspector,
): Promise<readonly Place[]> {
  switch (where.kind) {
    case 'source':
      return [await inspector.source(cluster)];
    case 'istiod':
      return inspector.istiods(cluster);
    case 'proxy':
      return [await inspector.proxy(cluster, where.pod)];
    case 'secret':
      return [await inspector.secret(cluster, where.secret)];
  }
}

function unseenPlace(kind: Place['kind'], cluster: string, problem: Problem): Place {
  return {
    kind,
    object: `cluster ${cluster}`,
    cluster,
    holdings: [],
    keys: [],
    findings: [problem],
    path: [],
  };
}

/** Looks at every cluster of the mesh for who trusts what. */
export async function seeMesh({ mesh, name }: InspectTarget, inspector: Inspector): Promise<SeenMesh> {
  const looks = await sideBySide(mesh.clusters, width, (cluster) => inspector.see(cluster.name));
  return {
    mesh: name,
    clusters: looks.map(({ seen }) => seen),
    unseen: looks.flatMap(({ unseen }) => unseen),
  };
}

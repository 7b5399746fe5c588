import type { Activities, Regression } from '../../activities/contract.ts';
import type { ClusterStep, RotationProgress } from '../../rotation/progress.ts';
import { FakeMesh, type FakeMeshOptions } from './fake-mesh.ts';

function regression(unit: string): Regression {
  return {
    unit,
    code: 'SOURCE_CHANGED_BY_OTHER',
    message: `secrets of ${unit} are others`,
    hint: 'put back',
  };
}

/** A mesh of which one unit is not as it was proven whenever `is` says so. */
export function watchedMesh(is: (mesh: FakeMesh) => string | undefined, options: FakeMeshOptions) {
  const mesh = new FakeMesh({ workloads: { mode: 'renew' }, ...options });
  const fake = mesh.activities();
  const activities: Activities = {
    ...fake,
    watchUnits: async (input) => {
      const wrong = is(mesh);
      const regressions = input.units
        .filter(({ unit }) => unit === wrong)
        .map(({ unit }) => regression(unit));
      return { ...(await fake.watchUnits(input)), regressions };
    },
  };
  return { mesh, activities };
}

export function stepOf(
  { phases }: RotationProgress,
  phase: number,
  cluster: string,
): ClusterStep | undefined {
  return phases[phase]?.clusters.find((step) => step.cluster === cluster);
}

import type { Phase } from '../../../rotation/plan.ts';
import { plan } from '../../../rotation/planner.ts';
import type { RotationKind } from '../../../rotation/wanted.ts';
import type { ClusterKind } from '../../../sim/demo/profiles.ts';
import { caOf, newCa, renewedCa } from '../../workflows/fake-ca.ts';
import { FakeMesh } from '../../workflows/fake-mesh.ts';
import { rotationInput } from '../../workflows/harness.ts';
import { requestsOf, type Blow } from '../crash/killed-worker.ts';

/** In each phase the steps of another kind of cluster. */
export const kinds: Readonly<Partial<Record<Phase['name'], ClusterKind>>> = {
  distribute: 'cronJob',
  activate: 'live',
  revoke: 'renewing',
};

/** A request that is under way when a rotation is told to go back, and the step that it is of. */
export type Moment = Omit<Blow, 'unit'>;

/** Every step of every phase of a rotation in one cluster, each version of a write of several by itself. */
export function momentsOf(cluster: string, kind: RotationKind): readonly Moment[] {
  const mesh = new FakeMesh({ units: [cluster] });
  const observed = { mesh: 'm', at: new Date().toISOString(), units: [mesh.observe(cluster)] };
  const ca = kind === 'root' ? newCa : renewedCa;
  const { phases } = plan(observed, caOf(ca, [cluster]), rotationInput().policy);
  return phases.flatMap(({ name: phase, units }) =>
    units.flatMap(({ stages }) =>
      stages.flatMap((stage) => requestsOf(stage, cluster).map((one) => ({ phase, ...one }))),
    ),
  );
}

import type { Fault } from '../api/faults.ts';
import type { FleetCluster } from '../fleet.ts';
import { type Broken, counted } from './broken.ts';

/** Sets faults of an API server, all of which are to be met. */
export function breakApi({ mesh }: FleetCluster, ...faults: readonly Fault[]): Broken {
  const set = faults.map((fault) => {
    const { onStrike, met } = counted();
    const struck = () => {
      onStrike();
      fault.onStrike?.();
    };
    return { mend: mesh.cluster.faults.set({ ...fault, onStrike: struck }), met };
  });
  return {
    mend: () => set.forEach(({ mend }) => mend()),
    met: () => Math.min(...set.map(({ met }) => met())),
  };
}

import { it } from 'vitest';
import { golden } from './golden.ts';
import { observed, wanted } from './samples.ts';

/** Everybody trusts both roots, and the rotation that brought the new one has written nothing since. */
const left = observed((unit) => {
  const roots = [...unit.source.roots, ...wanted.roots];
  const unfinished = {
    rotationId: 'r-ffffffff',
    mesh: 'others/payments',
    step: 'distribute/add-roots',
    at: '2026-11-20T13:06:00.000Z',
  };
  return {
    ...unit,
    source: { ...unit.source, roots, unfinished },
    istiods: unit.istiods.map((istiod) => ({
      ...istiod,
      ...(istiod.serves === undefined ? {} : { serves: { ...istiod.serves, roots } }),
    })),
    clusters: unit.clusters.map((cluster) => ({
      ...cluster,
      trust: [{ roots, count: cluster.proxies }],
      secondPlane: [{ roots, count: 12 }],
    })),
  };
});

it('plans the rest of what another rotation has begun, and names that', async () => {
  await golden('plan-unfinished', 'rotation plan -f fleets/prod.yaml --root ./root-b', { mesh: left });
});

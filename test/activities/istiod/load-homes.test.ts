import { expect, test } from 'vitest';
import { LoadHomes } from '../../../activities/istiod/load-homes.ts';
import { makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { addRevision, fleet, mesh, startMesh } from './mesh.ts';
import { eventually } from '../../support/eventually.ts';

const root = makeRoot({ commonName: 'Root A' });
const signer = makeIntermediate({ issuer: root, commonName: 'Intermediate A' });

test('a revision that is installed meanwhile must load the set too', async () => {
  const running = await startMesh({ roots: [root], signer, chain: [signer, root] });
  const homes = new LoadHomes(running.world, {
    ...{ fleet, mesh, unit: 'west', controlPlanes: ['west'], rotationId: 'r1' },
    ...{ phase: 'distribute', stage: 'add-roots', chain: [], cronJob: 'wait', limit: 20 },
    ...{ since: new Date().toISOString(), expect: { roots: [], signer: signer.cert.fingerprint } },
  });
  const [first] = await homes.list(['west']);
  const west = running.clusters.get('west');
  if (west !== undefined) addRevision(west, 'asm-1-31');
  const later = await eventually(async () => {
    const list = await homes.list(['west']);
    expect(list.map(({ plane }) => plane.revision).sort()).toEqual(['asm-1-30', 'asm-1-31']);
    return list;
  });
  expect(later.find(({ plane }) => plane.revision === 'asm-1-30')).toBe(first);
  await running.close();
});

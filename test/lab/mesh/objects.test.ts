import { describe, expect, it } from 'vitest';
import { customResourceDefinitions } from '../../../lab/mesh/crds.ts';
import { meshObjects } from '../../../lab/mesh/objects.ts';
import { profiles } from '../../../sim/demo/profiles.ts';

describe.each(profiles(3))('the objects of a cluster of kind $kind', (profile) => {
  const objects = meshObjects(profile);

  it('come after the namespace that they are in', () => {
    const known = new Set<string>();
    for (const { kind, metadata } of objects) {
      if (kind === 'Namespace') known.add(metadata.name);
      else if (metadata.namespace !== undefined) expect(known).toContain(metadata.namespace);
    }
  });

  it('are of kinds that Kubernetes has, or the lab defines', () => {
    const defined = customResourceDefinitions.map(({ spec }) => spec);
    const custom = objects.filter(({ apiVersion }) => apiVersion.startsWith('secrets-store'));
    for (const { kind } of custom) {
      expect(defined).toContainEqual(
        expect.objectContaining({ names: expect.objectContaining({ kind }) as unknown }),
      );
    }
    expect(custom).toHaveLength(1);
  });
});

import { addIstio } from '../../sim/demo/istio-objects.ts';
import { trustDomain, type ClusterProfile } from '../../sim/demo/profiles.ts';
import { addRights, rightsFilesOf } from '../../sim/demo/rights.ts';
import { addNamespaces, addWorkloads } from '../../sim/demo/workload-objects.ts';
import { istiodRights } from '../istio/rights.ts';
import { besideObjects } from './beside.ts';
import type { NewObject } from '../../sim/world.ts';

/** What the simulated cluster of that profile is made of, and more, in the order in which it can be created. */
export function meshObjects(profile: ClusterProfile): readonly NewObject[] {
  const objects: NewObject[] = [];
  const into = { create: (_resource: string, object: NewObject) => objects.push(object) };
  addNamespaces(into, profile);
  addIstio(into, profile, trustDomain);
  addWorkloads(into, profile);
  addRights(into, rightsFilesOf(profile));
  return [...istiodRights(profile), ...objects, ...besideObjects(profile)];
}

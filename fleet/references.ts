import { Problem } from '../problems/problem.ts';
import { described, written } from './issues.ts';
import { issuerKinds, supportedIssuers } from './schema.ts';
import { outlineOf, type ClusterOutline, type MeshOutline } from './outline.ts';
import type { Path, SourceText } from './source-text.ts';

/** What a schema of single values cannot see: names used twice, names of nothing, keys that exclude each other. */
export function referenceProblems(data: unknown, source: SourceText): readonly Problem[] {
  const { meshes } = outlineOf(data);
  return [
    ...takenNames(meshes, ['meshes'], source),
    ...meshes.flatMap((mesh, index) => meshProblems(mesh, ['meshes', index], source)),
  ];
}

function meshProblems(mesh: MeshOutline, path: Path, source: SourceText): readonly Problem[] {
  return [
    ...issuerProblems(mesh.issuer, [...path, 'issuer'], source),
    ...takenNames(mesh.clusters, [...path, 'clusters'], source),
    ...takenNames(mesh.trustHolders, [...path, 'trustHolders'], source),
    ...mesh.clusters.flatMap((cluster, index) => {
      const at = [...path, 'clusters', index];
      return [
        ...controlPlaneProblems(cluster, mesh, at, source),
        ...accessProblems(cluster, at, source),
        ...objectProblems(cluster, at, source),
      ];
    }),
  ];
}

function issuerProblems(
  issuer: Record<string, unknown> | undefined,
  path: Path,
  source: SourceText,
): readonly Problem[] {
  if (issuer === undefined) return [];
  const kinds = Object.keys(issuer);
  const [kind = '', ...others] = kinds;
  if (supportedIssuers.includes(kind) && others.length === 0) return [];
  const known = issuerKinds.find((name) => name === kind);
  return [
    new Problem(known === undefined || others.length > 0 ? 'FLEET_VALUE_INVALID' : 'ISSUER_NOT_SUPPORTED', {
      object: `${source.at(path)}: ${written(path)}`,
      expected: `one of ${supportedIssuers.join(', ')}`,
      found: kinds.length === 0 ? 'nothing' : kinds.join(', '),
    }),
  ];
}

function takenNames(
  entries: readonly { name?: string | undefined }[],
  path: Path,
  source: SourceText,
): readonly Problem[] {
  return entries.flatMap(({ name }, index) => {
    const first = entries.findIndex((entry) => entry.name === name);
    if (name === undefined || first === index) return [];
    const at = [...path, index, 'name'];
    return new Problem('FLEET_NAME_TAKEN', {
      object: `${source.at(at)}: ${written(at)}`,
      expected: 'a name of its own',
      found: `${described(name)}, as in ${source.at([...path, first, 'name'])}`,
    });
  });
}

function controlPlaneProblems(
  cluster: ClusterOutline,
  mesh: MeshOutline,
  path: Path,
  source: SourceText,
): readonly Problem[] {
  const { controlPlane } = cluster;
  if (controlPlane === undefined || controlPlane === cluster.name) return [];
  const primaries = mesh.clusters
    .filter((one) => (one.controlPlane ?? one.name) === one.name)
    .flatMap((one) => one.name ?? []);
  if (primaries.includes(controlPlane)) return [];
  const at = [...path, 'controlPlane'];
  return [
    new Problem('FLEET_CLUSTER_UNKNOWN', {
      object: `${source.at(at)}: ${written(at)}`,
      expected: primaries.length === 0 ? 'a cluster' : `one of ${[...new Set(primaries)].join(', ')}`,
      found: described(controlPlane),
    }),
  ];
}

/** A vault tells names apart by their letters, not by their case. */
function objectProblems(cluster: ClusterOutline, path: Path, source: SourceText): readonly Problem[] {
  const around = [...path, 'source', 'keyVault', 'objects'];
  const named = Object.entries(cluster.source?.keyVault.objects ?? {}).flatMap(([key, name]) =>
    typeof name === 'string' ? [{ key, name: name.toLowerCase() }] : [],
  );
  return named.flatMap(({ key, name }, index) => {
    const first = named.find((one) => one.name === name)?.key ?? key;
    if (named.findIndex((one) => one.name === name) === index) return [];
    const at = [...around, key];
    return new Problem('FLEET_NAME_TAKEN', {
      object: `${source.at(at)}: ${written(at)}`,
      expected: 'an object of its own',
      found: `${described(name)}, as in ${source.at([...around, first])}`,
      hint: 'root, cert, key and chain are four objects of the vault: give each its own name',
    });
  });
}

function accessProblems(cluster: ClusterOutline, path: Path, source: SourceText): readonly Problem[] {
  if (cluster.inCluster !== true) return [];
  const other = (['kubeconfig', 'context'] as const).filter((key) => cluster[key] !== undefined);
  if (other.length === 0) return [];
  const at = [...path, 'inCluster'];
  return [
    new Problem('FLEET_ACCESS_AMBIGUOUS', {
      object: `${source.at(at)}: ${written(at)}`,
      expected: 'inCluster alone',
      found: `inCluster and ${other.join(' and ')}`,
    }),
  ];
}

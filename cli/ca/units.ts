import { loadFleet } from '../../fleet/load.ts';
import { label } from '../../fleet/values.ts';
import { usage } from '../flags.ts';
import { meshOf } from '../rotation/plan-flags.ts';

/**
 * The units that CAs are made for: those named, or every control plane of a mesh. Throws USAGE, NO_SUCH_MESH, or what is
 * wrong with the fleet file.
 */
export async function unitsOf(
  named: readonly string[],
  { file, mesh }: { readonly file?: string; readonly mesh?: string },
): Promise<readonly string[]> {
  for (const [index, unit] of named.entries()) {
    if (!label.safeParse(unit).success) throw usage('UNIT', 'a DNS label, such as aks-weu-1', unit);
    if (named.indexOf(unit) < index) throw usage('UNIT', 'each once', `${unit} twice`);
  }
  if (file === undefined) {
    if (named.length > 0) return named;
    throw usage('the units', 'names, or -f FILE', 'neither');
  }
  const { clusters } = meshOf(await loadFleet(file), mesh);
  const planes = [...new Set(clusters.map(({ controlPlane }) => controlPlane))];
  const foreign = named.find((unit) => !planes.includes(unit));
  if (foreign !== undefined) throw usage('UNIT', planes.join(' or '), foreign);
  return named.length > 0 ? named : planes;
}

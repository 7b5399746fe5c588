import type { Fleet, Mesh } from '../../fleet/fleet.ts';
import { table } from './table.ts';

/** What `fleet validate -o json` prints. Additive changes only. */
export type FleetDocument = { readonly schema: 'meshturn.fleet/v1' } & Fleet;

/** A valid fleet file as JSON. */
export function fleetDocument(fleet: Fleet): FleetDocument {
  return { schema: 'meshturn.fleet/v1', ...fleet };
}

/** What a valid fleet file says, with the defaults that apply. */
export function renderFleet(fleet: Fleet): string {
  return [`Fleet ${fleet.name} is valid.`, ...fleet.meshes.flatMap(meshLines), ''].join('\n');
}

function meshLines(mesh: Mesh): readonly string[] {
  const rows = mesh.clusters.map(({ name, controlPlane, workloads, cronJob }) => [
    name,
    controlPlane,
    workloads.mode === 'renew' ? 'renew' : `restart, ${workloads.batchPercent}% at a time`,
    cronJob === 'wait' ? 'wait' : 'run now',
  ]);
  const columns = ['CLUSTER', 'CONTROL PLANE', 'WORKLOADS', 'CRONJOB'].map((title) => ({ title }));
  return [
    '',
    `Mesh ${mesh.name} · ${mesh.trustDomain} · ${clusters(rows.length)}`,
    '',
    ...table(columns, rows),
  ];
}

export function clusters(count: number): string {
  return count === 1 ? '1 cluster' : `${count} clusters`;
}

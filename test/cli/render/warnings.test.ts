import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../rotation/names.ts';
import { warningLines } from '../../../cli/render/warnings.ts';
import type { ObservedUnit } from '../../../rotation/observed.ts';
import type { PhaseName } from '../../../rotation/plan.ts';
import { observed, wanted } from '../samples.ts';

const holders = [
  { name: 'billing-vms', description: 'two VMs with the root in /etc/certs' },
  { name: 'ldap', description: undefined },
];
const mesh = observed((unit) => ({ ...unit, warnings: [] }));
const names = namesOf([...mesh.units.flatMap(({ certificates }) => certificates), ...wanted.certificates]);

function lines(phases: readonly PhaseName[], kind: 'root' | 'intermediate' = 'root'): readonly string[] {
  const plan = { kind, phases: phases.map((name) => ({ name, units: [] })), violations: [] };
  return warningLines({ fleet: 'prod', observed: mesh, wanted, plan, trustHolders: holders }, names);
}

describe('trust holders', () => {
  it('are named with what must be true of them, and before which phase', () => {
    expect(lines(['distribute', 'activate', 'revoke'])).toEqual([
      '',
      '! outside the mesh, for you to answer for: they must trust Root B before activate, and need Root A no more before revoke   [TRUST_HOLDERS]',
      '    billing-vms: two VMs with the root in /etc/certs',
      '    ldap',
    ]);
  });

  it('are asked only for what is still to come', () => {
    expect(lines(['revoke'])[1]).toBe(
      '! outside the mesh, for you to answer for: they must need Root A no more before revoke   [TRUST_HOLDERS]',
    );
  });

  it('are asked for both at once where one phase replaces all', () => {
    expect(lines(['distribute', 'replace'])[1]).toContain(
      'trust Root B before replace, and need Root A no more before replace',
    );
  });

  it('are no matter where roots stay as they are, or nothing is to be done', () => {
    expect(lines(['activate'], 'intermediate')).toEqual([]);
    expect(lines([])).toEqual([]);
  });
});

describe('a root that is to go and that the mesh configuration pins', () => {
  const [rootA = ''] = mesh.units[0]?.source.roots ?? [];
  const pinned = observed((unit) => ({
    ...unit,
    warnings: [],
    clusters: unit.clusters.map((cluster) => ({ ...cluster, pinned: [rootA] })),
  }));
  const warned = (kind: 'root' | 'intermediate') =>
    warningLines(
      {
        ...{ fleet: 'prod', observed: pinned, wanted, trustHolders: [] },
        plan: { kind, phases: [{ name: 'revoke', units: [] }], violations: [] },
      },
      names,
    );

  it('is named with its clusters', () => {
    expect(warned('root')).toEqual([
      '',
      '! aks-weu-1, aks-neu-1, aks-eus-1: caCertificates of the mesh configuration pin Root A, which proxies go on trusting   [ROOT_PINNED]',
    ]);
  });

  it('is no matter where roots stay as they are', () => {
    expect(warned('intermediate')).toEqual([]);
  });
});

describe('a rotation that has more to write to the CA source', () => {
  const at = '2026-11-21T12:00:00.000Z';
  const left = { rotationId: 'r-9', step: 'distribute/add-roots', at };
  const warned = (
    source: Partial<ObservedUnit['source']>,
    { before, phases = ['activate'] }: { before?: string; phases?: readonly PhaseName[] } = {},
  ) =>
    warningLines(
      {
        fleet: 'prod',
        ...(before === undefined ? {} : { before }),
        observed: observed((unit) => ({ ...unit, warnings: [], source: { ...unit.source, ...source } })),
        wanted,
        plan: { kind: 'root', phases: phases.map((name) => ({ name, units: [] })), violations: [] },
        trustHolders: [],
      },
      names,
    );

  it('is named with whose it is, what it wrote last and when, once for all its clusters', () => {
    expect(warned({ unfinished: { ...left, mesh: 'staging/payments' } })).toEqual([
      '',
      '! aks-weu-1, aks-neu-1, aks-eus-1: rotation r-9 of staging/payments wrote distribute/add-roots at 2026-11-21T12:00:00.000Z, and may have more to write: see whether it runs, and abort one of the two; what it left is taken up   [ROTATION_UNFINISHED]',
    ]);
  });

  it('is taken up where it is one of this mesh', () => {
    expect(warned({ unfinished: { ...left, mesh: 'prod/payments' } })[1]).toContain(
      'rotation r-9 wrote distribute/add-roots at 2026-11-21T12:00:00.000Z, and may have more to write: this one takes up what it left, and is not to be started while it runs',
    );
  });

  it('is not told of where it is led back, holds a lease, or there is nothing to do', () => {
    expect(warned({ unfinished: left })).toHaveLength(2);
    expect(warned({ unfinished: left }, { before: 'r-9' })).toEqual([]);
    expect(warned({ unfinished: left, heldBy: 'r-9' })).toEqual([]);
    expect(warned({ unfinished: left }, { phases: [] })).toEqual([]);
  });
});

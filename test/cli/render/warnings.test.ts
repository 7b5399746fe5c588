import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../rotation/names.ts';
import { warningLines } from '../../../cli/render/warnings.ts';
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
  return warningLines({ observed: mesh, wanted, plan, trustHolders: holders }, names);
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
        ...{ observed: pinned, wanted, trustHolders: [] },
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

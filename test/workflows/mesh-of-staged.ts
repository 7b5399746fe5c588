import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { fingerprint } from './fake-ca.ts';
import { FakeMesh } from './fake-mesh.ts';

/** The public key of a unit's request. */
export const keyOf = (unit: string) => `key of ${unit}`;

/** A mesh whose units lack a new CA until a certificate was brought for each, and of which some are no part. */
export class MeshOfStaged extends FakeMesh {
  /** Units whose staged set has its certificate. */
  readonly certified = new Set<string>();
  /** Units that the fleet file does not name. */
  readonly hidden = new Set<string>();
  /** Units whose vault nobody reaches. */
  readonly away = new Set<string>();

  override activities(): Activities {
    const fake = super.activities();
    return {
      ...fake,
      listClusters: async (input) => {
        const page = await fake.listClusters(input);
        return { ...page, clusters: page.clusters.filter(({ cluster }) => !this.hidden.has(cluster)) };
      },
      inspectCa: (input) => {
        const lacks = input.units.find(({ unit }) => !this.certified.has(unit));
        if (input.rotationId === undefined || lacks === undefined) return fake.inspectCa(input);
        throw new Problem('STAGED_SET_MISSING', { object: `secret of ${lacks.unit}` });
      },
      stageCas: async (input) => {
        await fake.stageCas(input);
        const away = input.units.find(({ unit }) => this.away.has(unit));
        if (away !== undefined)
          throw new Problem('KEY_VAULT_FORBIDDEN', { object: `secret of ${away.unit}` });
        const open = input.units.filter(({ unit }) => !this.certified.has(unit));
        return {
          requests: open.map(({ unit }) => ({ unit, publicKey: keyOf(unit), csr: `csr of ${unit}` })),
        };
      },
      acceptCertificate: async (input) => {
        await fake.acceptCertificate(input);
        this.certified.add(input.unit);
        return { fingerprint: fingerprint(input.chain) };
      },
    };
  }
}

import { expect } from 'vitest';
import { parseCertificate } from '../../../pki/certificate.ts';
import { buildFleet, putCa, type FleetCluster, type SimFleet } from '../../../sim/fleet.ts';
import { caFiles, makeMeshCa, type CaFiles } from '../../../sim/new-ca.ts';
import { eventually } from '../../support/eventually.ts';

/** A fleet of all three kinds whose leaves live so briefly that every proxy converges by renewal alone. */
export function shortLivedFleet(seed: number): SimFleet {
  return buildFleet({
    seed,
    settings: {
      ...{ csiPollInterval: 300, csiObjectDelay: 5, reloadDebounce: 30, cronJobEvery: 700 },
      ...{ kubeletConfigMapDelay: 100, leafTtl: 10_000, podStart: 30, podDrain: 50 },
    },
  });
}

/** The old and the new set of each cluster. */
export function setsOf(fleet: SimFleet): (cluster: FleetCluster) => { old: CaFiles; next: CaFiles } {
  const ca = makeMeshCa({ generation: 'B', units: fleet.clusters.map(({ profile }) => profile.name) });
  return ({ profile }) => ({ old: caFiles(fleet.ca, profile.name), next: caFiles(ca, profile.name) });
}

/** Writes into every vault at once. */
export function writeAll(fleet: SimFleet, filesOf: (cluster: FleetCluster) => Partial<CaFiles>): void {
  for (const cluster of fleet.clusters) putCa(cluster.vault, filesOf(cluster));
}

/** What every proxy of a cluster must come to hold; what is left out is not looked at. */
export interface Held {
  /** Both its own trust and what it trusts istiod by. */
  readonly roots?: string;
  /** The certificate that signed its leaf. */
  readonly signer?: string;
  /** A certificate that its chain contains, or does not. */
  readonly chainHas?: string;
  readonly chainLacks?: string;
}

/** Waits until every proxy of every cluster holds what is expected. */
export async function allHold(fleet: SimFleet, heldBy: (cluster: FleetCluster) => Held): Promise<void> {
  const look = (): void => {
    for (const cluster of fleet.clusters) {
      const { roots, signer, chainHas = '', chainLacks } = heldBy(cluster);
      const proxies = cluster.mesh.proxies();
      expect(proxies).toHaveLength(10);
      for (const { pod, proxy } of proxies) {
        if (roots !== undefined) {
          expect(certificatesIn(proxy.identity?.rootsPem), `roots of ${pod}`).toEqual(certificatesIn(roots));
          expect(certificatesIn(proxy.istiodRoots), `istiod's root in ${pod}`).toEqual(certificatesIn(roots));
        }
        if (signer !== undefined) {
          expect(proxy.identity?.signer).toBe(parseCertificate(signer, 'signer').fingerprint);
        }
        expect(proxy.identity?.chainPem).toContain(chainHas);
        if (chainLacks !== undefined) expect(proxy.identity?.chainPem).not.toContain(chainLacks);
      }
    }
  };
  await eventually(look);
}

function certificatesIn(pem = ''): readonly string[] {
  return (pem.match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g) ?? []).toSorted();
}

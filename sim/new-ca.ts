import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyPem, makeIntermediate, makeRoot, type Issuer } from '../pki/make.ts';

/** A CA for a mesh: a root, and an intermediate for each unit. Keys and all; for simulations and tests. */
export interface MeshCa {
  readonly root: Issuer;
  readonly units: ReadonlyMap<string, Issuer>;
}

/** The four files of an istiod's CA set. */
export interface CaFiles {
  readonly root: string;
  readonly cert: string;
  readonly key: string;
  readonly chain: string;
}

/**
 * Makes `Root B` and `Intermediate CA - B1` … for generation `B`. Intermediates of different generations have
 * different subjects, as path building at the peers needs. With `root`, only intermediates are new.
 */
export function makeMeshCa(o: {
  readonly generation: string;
  readonly units: readonly string[];
  readonly organization?: string;
  readonly root?: Issuer;
  readonly intermediateDays?: number;
  readonly now?: Date;
}): MeshCa {
  const { organization = 'Istio', intermediateDays = 730, now = new Date() } = o;
  const root = o.root ?? makeRoot({ commonName: `Root ${o.generation}`, organization, now });
  const units = o.units.map((unit, i): [string, Issuer] => {
    const commonName = `Intermediate CA - ${o.generation}${i + 1}`;
    return [
      unit,
      makeIntermediate({
        issuer: root,
        commonName,
        organization,
        locality: unit,
        days: intermediateDays,
        now,
      }),
    ];
  });
  return { root, units: new Map(units) };
}

/** Milliseconds: the CA that is to be replaced has been there for a while, whatever clock looks at it. */
const monthInUse = 30 * 24 * 3_600_000;

/** Root A and an intermediate for each unit: what a mesh trusts and signs with before its first rotation. */
export function meshCaInUse(units: readonly string[]): MeshCa {
  return makeMeshCa({ generation: 'A', units, now: new Date(Date.now() - monthInUse) });
}

/** The files of one unit: its chain is the intermediate and its root, as Istio's own Makefile leaves it. */
export function caFiles(ca: MeshCa, unit: string): CaFiles {
  const issuer = ca.units.get(unit);
  if (issuer === undefined) throw new RangeError(`expected the CA to have an intermediate for ${unit}`);
  const root = ca.root.cert.pem;
  return { root, cert: issuer.cert.pem, key: keyPem(issuer.key), chain: issuer.cert.pem + root };
}

/**
 * Writes the folder that a rotation takes its new CA from: `root-cert.pem` (left out where only intermediates are
 * new) and a folder per unit. Keys can be read by their owner only.
 */
export async function writeNewCa(
  directory: string,
  ca: MeshCa,
  { withRoot = true }: { readonly withRoot?: boolean } = {},
): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (withRoot) await writeFile(join(directory, 'root-cert.pem'), ca.root.cert.pem);
  for (const unit of ca.units.keys()) {
    const { cert, key, chain } = caFiles(ca, unit);
    await mkdir(join(directory, unit), { recursive: true });
    await writeFile(join(directory, unit, 'ca-cert.pem'), cert);
    await writeFile(join(directory, unit, 'cert-chain.pem'), chain);
    await writeFile(join(directory, unit, 'ca-key.pem'), key, { mode: 0o600 });
  }
}

import type { NameParts } from './name.ts';
import { keyIdOf } from './tbs.ts';

/** X.520's upper bound of a common name. */
const mostOfName = 64;

/**
 * Which generation of a unit's CA a key is: the beginning of its key identifier, as `openssl x509 -text` shows it. A
 * new key is a new generation, whoever makes it and whenever, and the same key stays the same one: see
 * docs/decisions/0011-generation-is-the-key.md.
 */
function generationOf(publicKey: Buffer): string {
  return keyIdOf(publicKey).toString('hex').slice(0, 8);
}

/**
 * The name of a unit's intermediate, `CN=Intermediate CA - aks-weu-1 5f3ac207,L=aks-weu-1,O=Istio`: no two of
 * different keys have the same, so that no verifier mixes their paths. A long name of a unit is cut in CN alone.
 */
export function intermediateName(o: {
  readonly unit: string;
  /** A SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  readonly organization: string;
}): NameParts {
  const [before, after] = ['Intermediate CA - ', ` ${generationOf(o.publicKey)}`];
  const shown = o.unit.slice(0, mostOfName - before.length - after.length);
  return {
    commonName: `${before}${shown}${after}`,
    locality: o.unit,
    organization: o.organization,
  };
}

/** The name of a root; `CN=Root 5f3ac207` unless it has one of its own. */
export function rootName(o: {
  readonly commonName: string | undefined;
  /** A SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  readonly organization: string;
}): NameParts {
  const { commonName = `Root ${generationOf(o.publicKey)}`, organization } = o;
  return { commonName, organization };
}

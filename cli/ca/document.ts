import type { Holding, Place } from '../../activities/inspect/place.ts';
import { certFacts, type Certificate } from '../../pki/certificate.ts';
import { distinct } from '../../pki/distinct.ts';
import { certificateKey } from '../../pki/key-facts.ts';
import { isIssuedBy } from '../../pki/path.ts';
import type { Problem } from '../../problems/problem.ts';
import { codes } from '../../problems/registry.ts';
import type { CodeEntry } from '../../problems/code.ts';
import { trustingIn, trustingOf, type SeenCluster, type Trusting } from '../../rotation/trusting.ts';
import type { Fingerprint, IssuedFacts } from '../../rotation/trust.ts';

/** What `ca inspect -o json` prints. Additive changes only. */
export interface CaDocument {
  readonly schema: 'meshturn.ca/v1';
  readonly at: string;
  readonly places: readonly CaPlace[];
  /** Every certificate once, in the order of its first place. */
  readonly certificates: readonly CaCertificate[];
  /** Left out where nobody asked who trusts them. */
  readonly trust?: {
    readonly mesh: string;
    readonly certificates: readonly CaTrust[];
    /** Clusters, or parts of them, that could not be looked at. */
    readonly unseen: readonly CaFinding[];
  };
}

/** Files, a Secret, a CA source, an istiod or a proxy. */
interface CaPlace {
  readonly kind: Place['kind'];
  readonly object: string;
  readonly cluster: string | undefined;
  readonly rows: readonly CaRow[];
  readonly keys: Place['keys'];
  readonly findings: readonly CaFinding[];
  /** Of a whole set that verifies: from the certificate that signs to its root. */
  readonly path: readonly Fingerprint[];
}

/** One line of the table, under istioctl's names of the columns. */
export interface CaRow {
  readonly resourceName: string;
  readonly type: Holding['type'];
  readonly status: Holding['status'];
  readonly validCert: boolean;
  readonly serialNumber: string;
  readonly notAfter: string;
  readonly notBefore: string;
  readonly trustDomain: string | undefined;
  readonly fingerprint: Fingerprint;
}

export interface CaCertificate extends IssuedFacts {
  readonly role: 'root' | 'intermediate' | 'leaf';
  /** `EC P-256` */
  readonly key: string;
  readonly expired: boolean;
  /** SPIFFE IDs and other URIs that it is for. */
  readonly uris: readonly string[];
  /** The one among those shown whose key signed it, found by signature. */
  readonly signedBy: Fingerprint | undefined;
}

export interface CaFinding {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** True where it does no harm by itself. */
  readonly warns: boolean;
}

export interface CaTrust extends Trusting {
  readonly fingerprint: Fingerprint;
  readonly clusters: readonly (Trusting & { readonly cluster: string })[];
}

/** Who trusts what is shown: a mesh, as far as it could be seen. */
export interface SeenMesh {
  readonly mesh: string;
  readonly clusters: readonly SeenCluster[];
  readonly unseen: readonly Problem[];
}

export function caDocument(places: readonly Place[], mesh: SeenMesh | undefined, at: Date): CaDocument {
  const all = places.flatMap(({ holdings, path }) => [...holdings.map((one) => one.certificate), ...path]);
  const certificates = distinct(all);
  return {
    schema: 'meshturn.ca/v1',
    at: at.toISOString(),
    places: places.map((place) => placeOf(place, at)),
    certificates: certificates.map((one) => certificateOf(one, certificates, at)),
    ...(mesh === undefined ? {} : { trust: trustOf(certificates, mesh) }),
  };
}

function placeOf({ kind, object, cluster, holdings, keys, findings, path }: Place, at: Date): CaPlace {
  const rows = holdings.map((holding) => rowOf(holding, at));
  const fingerprints = path.map(({ fingerprint }) => fingerprint);
  return { kind, object, cluster, rows, keys, findings: findings.map(findingOf), path: fingerprints };
}

function rowOf({ name, type, status, certificate, trustDomain }: Holding, at: Date): CaRow {
  const { serial, notAfter, notBefore, fingerprint, sans } = certificate;
  const [own] = sans.flatMap((uri) => /^spiffe:\/\/([^/]+)/.exec(uri)?.[1] ?? []);
  return {
    resourceName: name,
    type,
    status,
    validCert: notBefore <= at && at <= notAfter,
    serialNumber: serial,
    notAfter: toSecond(notAfter),
    notBefore: toSecond(notBefore),
    trustDomain: trustDomain ?? own,
    fingerprint,
  };
}

/** As istioctl prints it: RFC 3339 without fractions. */
function toSecond(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, 'Z');
}

function certificateOf(one: Certificate, all: readonly Certificate[], at: Date): CaCertificate {
  const isRoot = isIssuedBy(one, one);
  const issuer = isRoot ? one : all.find((other) => other !== one && isIssuedBy(one, other));
  return {
    ...certFacts(one),
    role: !one.isCa ? 'leaf' : isRoot ? 'root' : 'intermediate',
    key: certificateKey(one).kind,
    expired: at > one.notAfter,
    uris: one.sans,
    signedBy: issuer?.fingerprint,
  };
}

function findingOf({ code, message, hint }: Problem): CaFinding {
  const entry: CodeEntry = codes[code];
  return { code, message, hint, warns: entry.warns === true };
}

function trustOf(certificates: readonly Certificate[], { mesh, clusters, unseen }: SeenMesh) {
  const cas = certificates.filter(({ isCa }) => isCa);
  return {
    mesh,
    certificates: cas.map(({ fingerprint }) => ({
      fingerprint,
      ...trustingOf(fingerprint, clusters),
      clusters: clusters.map((seen) => ({ cluster: seen.cluster, ...trustingIn(fingerprint, seen) })),
    })),
    unseen: unseen.map(findingOf),
  };
}

import type { Certificate } from '../../pki/certificate.ts';
import { nameOf } from '../../pki/path.ts';
import type { Fingerprint, TrustState } from '../../rotation/trust.ts';
import type { ProxySecrets } from './config-dump.ts';
import type { ForeignAnchors } from './foreign-anchors.ts';
import { leafPath } from './leaf-path.ts';

/** What every proxy of a cluster is expected to hold. */
export interface Expectation {
  readonly expect: TrustState;
  /** Trust anchors besides the CA's own, such as caCertificates of the mesh configuration; allowed, not asked for. */
  readonly foreign: ForeignAnchors;
  readonly at: Date;
}

/** Why a proxy has not converged, as the end of the sentence `<pod> …`; undefined where it has. */
export function whyStale(secrets: ProxySecrets, expectation: Expectation): string | undefined {
  const reasons = [whyLeafStale(secrets, expectation), whyTrustStale(secrets, expectation)];
  const found = reasons.filter((reason) => reason !== undefined);
  return found.length === 0 ? undefined : found.join(', and ');
}

function whyLeafStale(secrets: ProxySecrets, { expect, at }: Expectation): string | undefined {
  const result = leafPath(secrets, expect.roots, at);
  if (!result.ok) return `presents a leaf that no peer can verify: ${result.reason}`;
  const [leaf, signer] = result.path;
  const root = result.path.at(-1);
  if (leaf === undefined || signer === undefined || root === undefined) return 'presents no leaf';
  if (signer.fingerprint !== expect.signer) {
    return `holds a leaf of ${nameOf(signer)}, serial ${signer.serial}, until ${leaf.notAfter.toISOString()}`;
  }
  return expect.roots.includes(root.fingerprint)
    ? undefined
    : `holds a leaf whose path ends in ${nameOf(root)}, which is to be trusted no more`;
}

function whyTrustStale(secrets: ProxySecrets, { expect, foreign }: Expectation): string | undefined {
  const held = secrets.roots.map(({ fingerprint }) => fingerprint);
  const missing = expect.roots.filter((root) => !held.includes(root));
  const extra = secrets.roots.filter(
    ({ fingerprint }) =>
      !expect.roots.includes(fingerprint) &&
      !foreign.fingerprints.includes(fingerprint) &&
      (foreign.urls.length === 0 || presents(secrets, fingerprint)),
  );
  if (missing.length > 0) {
    return `does not trust ${missing.map((root) => describe(root, secrets.chain)).join(', ')} yet`;
  }
  return extra.length > 0 ? `still trusts ${extra.map(nameOf).join(', ')}` : undefined;
}

/** Whether an anchor came with the leaf: istiod ends the chain that it hands out with the roots of its own CA. */
export function presents({ chain }: ProxySecrets, anchor: Fingerprint): boolean {
  return chain.some(({ fingerprint }) => fingerprint === anchor);
}

/** The subject of a root where the proxy happens to present it; the beginning of its fingerprint otherwise. */
function describe(root: Fingerprint, known: readonly Certificate[]): string {
  const certificate = known.find(({ fingerprint }) => fingerprint === root);
  return certificate === undefined ? `root ${root.slice(0, 16)}…` : nameOf(certificate);
}

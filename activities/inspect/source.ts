import { certificateKey } from '../../pki/key-facts.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { isIssuedBy, verifyPath } from '../../pki/path.ts';
import { Problem } from '../../problems/problem.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import type { PlaneSource } from '../istiod/plane-source.ts';
import type { HeldKey, Holding, HoldingType, Place } from './place.ts';

/** Looks at the CA source of a cluster's control plane, by its newest versions. Throws Problem as the source refuses. */
export async function inspectSource(
  cluster: string,
  { source, objects }: PlaneSource,
  at: Date,
): Promise<Place> {
  const { observed, certificates } = await source.read();
  const known = new Map(certificates.map((one) => [one.fingerprint, one]));
  const of = (fingerprints: readonly Fingerprint[]) => fingerprints.flatMap((one) => known.get(one) ?? []);
  const holdings = (name: string, type: HoldingType, held: readonly Certificate[]): readonly Holding[] =>
    held.map((certificate) => ({ name, type, status: 'STORED', certificate }));
  const roots = of(observed.roots);
  const chain = of(observed.chain);
  const [cert] = observed.certificate === undefined ? [] : of([observed.certificate]);
  const verified = cert === undefined ? undefined : verifyPath({ leaf: cert, presented: chain, roots, at });
  const fits = observed.signer !== undefined;
  const object = `${source.object}, CA source of cluster ${cluster}`;
  const findings: Problem[] = [];
  if (verified?.ok === false) findings.push(new Problem('PATH_BROKEN', { object, found: verified.reason }));
  else if (!fits) findings.push(new Problem('KEY_MISMATCH', { object }));
  if (cert !== undefined && ![...chain, ...roots].includes(cert))
    findings.push(new Problem('CHAIN_LACKS_CERTIFICATE', { object }));
  for (const root of roots.filter((one) => !isIssuedBy(one, one))) {
    const found = `"${root.subject}", signed by "${root.issuer}"`;
    findings.push(new Problem('ROOT_NOT_SELF_SIGNED', { object: `${objects.root} of ${object}`, found }));
  }
  if (observed.heldBy !== undefined) {
    const found = `rotation ${observed.heldBy}`;
    findings.push(new Problem('CA_SOURCE_HELD', { object, found }));
  }
  return {
    kind: 'source',
    object,
    cluster,
    holdings: [
      ...holdings(objects.root, 'CA', roots),
      ...holdings(objects.cert, 'Cert Chain', cert === undefined ? [] : [cert]),
      ...holdings(objects.chain, 'Cert Chain', chain),
    ],
    keys: cert !== undefined && fits ? [keyOf(objects.key, objects.cert, cert)] : [],
    findings,
    path: fits && verified?.ok === true ? verified.path : [],
  };
}

/** The source compares key and certificate itself; where they fit, the certificate tells the kind of both. */
function keyOf(name: string, certName: string, cert: Certificate): HeldKey {
  return { name, kind: certificateKey(cert).kind, matches: [certName] };
}

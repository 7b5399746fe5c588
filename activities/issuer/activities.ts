import { composeBundle, parseBundle } from '../../pki/bundle.ts';
import { Problem } from '../../problems/problem.ts';
import type { CertRequest } from '../../rotation/requests.ts';
import type { SourceBook } from '../ca-source.ts';
import type { NameBook } from '../new-ca/mesh-names.ts';
import type { UnitCa } from '../new-ca/new-ca.ts';
import { acceptAtOnce, acceptIssued, isFit, needsOf } from './accept.ts';
import { askFor } from './asked.ts';
import type { IssuedCa, IssuerActivities, StagedRef, UnitToStage } from './contract.ts';
import type { IssuerBook, MeshIssuer } from './issuer.ts';
import { newKey } from './new-key.ts';
import { isThere, rootsAbove, rootsInFolder } from './wanted-roots.ts';

/** The activities that have intermediates issued, and stage them. They throw Problems. */
export function createIssuerActivities({
  sources,
  issuers,
  names,
}: {
  readonly sources: SourceBook;
  readonly issuers: IssuerBook;
  readonly names: NameBook;
}): IssuerActivities {
  type Staging = Omit<Parameters<IssuerActivities['stageCas']>[0], 'units'>;

  /** Undefined where the unit has its certificate. */
  async function stage(
    { ca, rotationId, takeOver, ...mesh }: Staging,
    { publicKey, lasts, ...named }: UnitToStage,
  ): Promise<CertRequest | undefined> {
    const { online } = issuerFor(issuers, mesh, ca);
    const ref = { ...mesh, ...named };
    const source = await sources.of(ref);
    const reading = await source.read();
    const roots = rootsAbove(await rootsInFolder(ca), ca, reading);
    if (isThere(ca, reading, roots)) return undefined;
    const of = { rotationId, takeOver };
    const { certificate } = reading.observed;
    // The key of a signer that is to be led away from is used for no other certificate.
    if (takeOver === true) await source.staging.adopt(of, ca.kind === 'root' ? certificate : undefined);
    const among = ca.kind === 'intermediate' && certificate !== undefined ? [certificate] : [];
    const found = await source.staging.read(of, { publicKey, among });
    const above = { roots, lasts, ...needsOf(ca, names.namesOf(ref)) };
    // What the unit signs with already is kept; any other that would be refused by now is asked for once more.
    const isInUse = ca.kind === 'intermediate' && found?.ca?.cert.fingerprint === certificate;
    const object = `the new CA of ${named.unit}`;
    if (found?.ca !== undefined && (isInUse || isFit(found.ca, { ...above, object }))) return undefined;
    // The key is there before anybody is asked to sign for it: a call that is repeated asks for the same again.
    const { key } =
      found ?? (await source.staging.put(of, { key: await newKey(named.unit, reading), ca: undefined }));
    const asked = askFor(named.unit, key);
    if (online === undefined) return { unit: named.unit, csr: asked.csr, publicKey: key.publicDigest() };
    const issued = await online.issue(asked, roots);
    await source.staging.put(of, { key, ca: acceptAtOnce(asked, issued, { key, ...above }) });
    return undefined;
  }

  return {
    stageCas: async ({ units, ...of }) => {
      const staged = await Promise.allSettled(units.map((unit) => stage(of, unit)));
      const requests = staged.flatMap((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value ?? [];
      });
      return { requests };
    },

    acceptCertificate: async ({ ca, rotationId, publicKey, chain, lasts, ...ref }) => {
      issuerFor(issuers, ref, ca);
      const source = await sources.of(ref);
      const set = await source.staging.read({ rotationId }, { publicKey });
      if (set?.key.publicDigest() !== publicKey) throw missing(source.staging.object, rotationId);
      const roots = rootsAbove(await rootsInFolder(ca), ca, await source.read());
      const issued = parseBundle(chain, `the certificate for ${ref.unit}`);
      const accepted = acceptIssued(askFor(ref.unit, set.key), issued, {
        ...{ key: set.key, roots, lasts, ...needsOf(ca, names.namesOf(ref)) },
      });
      // Whoever brings it once more changes nothing.
      if (!isSame(set.ca, accepted)) await source.staging.put({ rotationId }, { key: set.key, ca: accepted });
      return { fingerprint: accepted.cert.fingerprint };
    },

    disposeStaged: async ({ rotationId, takeOver, ...ref }) =>
      (await sources.of(ref)).staging.dispose({ rotationId, takeOver }),
  };
}

function isSame(staged: UnitCa | undefined, { chain }: UnitCa): boolean {
  return staged !== undefined && composeBundle(staged.chain) === composeBundle(chain);
}

export function missing(object: string, rotationId: string): Problem {
  return new Problem('STAGED_SET_MISSING', { object, expected: `a new CA of rotation ${rotationId}` });
}

/** Throws Problem ISSUER_DIFFERS. */
function issuerFor(
  issuers: IssuerBook,
  { fleet, mesh }: Pick<StagedRef, 'fleet' | 'mesh'>,
  { issuer }: Pick<IssuedCa, 'issuer'>,
): MeshIssuer {
  const found = issuers.issuerOf({ fleet, mesh });
  if (found.kind === issuer) return found;
  throw new Problem('ISSUER_DIFFERS', {
    object: `mesh ${fleet}/${mesh}`,
    expected: issuer,
    found: found.kind,
  });
}

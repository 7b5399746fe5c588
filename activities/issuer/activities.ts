import { parseBundle } from '../../pki/bundle.ts';
import { certificateKey } from '../../pki/key-facts.ts';
import { generateKey, type KeyType } from '../../pki/key-types.ts';
import { keyPem } from '../../pki/make.ts';
import { createHash } from 'node:crypto';
import { Problem } from '../../problems/problem.ts';
import type { CertRequest } from '../../rotation/requests.ts';
import type { SourceBook, SourceReading } from '../ca-source.ts';
import { PrivateKey } from '../private-key.ts';
import { acceptIssued, needsOf } from './accept.ts';
import { askFor, type Asked } from './asked.ts';
import type { IssuedCa, IssuerActivities, StagedRef } from './contract.ts';
import type { IssuerBook, MeshIssuer } from './issuer.ts';
import { isThere, rootsAbove, rootsInFolder } from './wanted-roots.ts';

/** A new intermediate has a key of the kind that the one before it has, so that a rotation changes nothing else. */
const keyTypes: ReadonlyMap<string, KeyType> = new Map([
  ['EC P-256', 'ecdsa-p256'],
  ['EC P-384', 'ecdsa-p384'],
  ['RSA 2048', 'rsa-2048'],
  ['RSA 3072', 'rsa-3072'],
  ['RSA 4096', 'rsa-4096'],
]);

/** The activities that have intermediates issued, and stage them. They throw Problems. */
export function createIssuerActivities({
  sources,
  issuers,
}: {
  readonly sources: SourceBook;
  readonly issuers: IssuerBook;
}): IssuerActivities {
  return {
    stageCa: async ({ ca, rotationId, takeOver, ...ref }) => {
      const { online, trustDomain } = issuerFor(issuers, ref, ca);
      const source = await sources.of(ref);
      const reading = await source.read();
      const roots = rootsAbove(await rootsInFolder(ca), ca, reading);
      if (isThere(ca, reading, roots)) return {};
      const of = { rotationId, takeOver };
      const found = await source.staging.read(of);
      if (found?.ca !== undefined) return {};
      // The key is there before anybody is asked to sign for it: a call that is repeated asks for the same again.
      const { key } = found ?? (await source.staging.put(of, { key: await newKey(reading), ca: undefined }));
      const asked = askFor(ref.unit, key);
      if (online === undefined) return { request: requestOf(asked) };
      const issued = await online.issue(asked, roots);
      await source.staging.put(of, {
        key,
        ca: acceptIssued(asked, issued, { key, roots, ...needsOf(ca, trustDomain) }),
      });
      return {};
    },

    acceptCertificate: async ({ ca, rotationId, chain, ...ref }) => {
      const { trustDomain } = issuerFor(issuers, ref, ca);
      const source = await sources.of(ref);
      const set = await source.staging.read({ rotationId });
      if (set === undefined) throw missing(source.staging.object, rotationId);
      const roots = rootsAbove(await rootsInFolder(ca), ca, await source.read());
      const issued = parseBundle(chain, `the certificate for ${ref.unit}`);
      const accepted = acceptIssued(askFor(ref.unit, set.key), issued, {
        ...{ key: set.key, roots, ...needsOf(ca, trustDomain) },
      });
      await source.staging.put({ rotationId }, { key: set.key, ca: accepted });
      return { fingerprint: accepted.cert.fingerprint };
    },

    disposeStaged: async ({ rotationId, ...ref }) => (await sources.of(ref)).staging.dispose(rotationId),
  };
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

async function newKey({ observed, certificates }: SourceReading): Promise<PrivateKey> {
  const now = certificates.find(({ fingerprint }) => fingerprint === observed.certificate);
  const kind = now === undefined ? '' : certificateKey(now).kind;
  const usual = kind.startsWith('RSA') ? 'rsa-2048' : 'ecdsa-p256';
  return new PrivateKey(keyPem(await generateKey(keyTypes.get(kind) ?? usual)));
}

function requestOf({ unit, publicKey, csr }: Asked): CertRequest {
  return { unit, csr, publicKey: createHash('sha256').update(publicKey).digest('hex') };
}

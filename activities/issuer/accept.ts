import { composeBundle } from '../../pki/bundle.ts';
import { checkCaSet } from '../../pki/ca-set.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { mostBytes } from '../../pki/checks/limits.ts';
import type { MeshNeeds } from '../../pki/checks/seen-set.ts';
import { nameOf, verifyPath } from '../../pki/path.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';
import { Problem } from '../../problems/problem.ts';
import { standsAfter } from '../../problems/registry.ts';
import type { CaFolder } from '../../rotation/wanted.ts';
import type { MeshNames } from '../new-ca/mesh-names.ts';
import type { UnitCa } from '../new-ca/new-ca.ts';
import type { PrivateKey } from '../private-key.ts';
import type { Asked } from './asked.ts';
import type { Lasting } from './contract.ts';
import { demandAsked } from './demands.ts';
import { demandLife } from './lasting.ts';

/** What an issued CA is checked against. */
interface Above {
  readonly roots: readonly Certificate[];
  readonly at: Date;
  readonly needs: MeshNeeds;
}

/**
 * The CA of a unit from what was issued for it, in whatever order. It must be exactly what was asked for, and the set
 * that it makes one that istiod's peers accept below one of the roots. Of several certificates for the key the first
 * that is all of this counts.
 * Throws Problem CERTIFICATE_NOT_AS_ASKED, and what `checkCaSet` and `demandLife` throw: of the last of them.
 */
export function acceptIssued(
  asked: Asked,
  issued: readonly Certificate[],
  o: Above & { readonly key: PrivateKey; readonly lasts: Lasting },
): UnitCa {
  const object = `the certificate that was issued for ${asked.unit}`;
  let refused = new Problem('CERTIFICATE_NOT_AS_ASKED', {
    object,
    expected: 'one for the key of the request',
    found: issued.length === 0 ? 'no certificate' : `others: ${issued.map(nameOf).join(', ')}`,
  });
  for (const cert of issued) {
    if (!publicKeyInfo(cert.x509.publicKey).equals(asked.publicKey)) continue;
    try {
      return acceptOne(cert, issued, asked, { ...o, object });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused = error;
    }
  }
  throw refused;
}

/**
 * As `acceptIssued`, of an issuer that issues at once: what is wrong with what it gives puts nothing in doubt that was
 * proven of the mesh. Throws CERTIFICATE_NOT_AS_ASKED for what would, but for what a person may override by its name.
 */
export function acceptAtOnce(...issued: Parameters<typeof acceptIssued>): UnitCa {
  try {
    return acceptIssued(...issued);
  } catch (error) {
    if (!(error instanceof Problem) || standsAfter(error.code) !== 'doubts') throw error;
    if (error.code === 'CERT_OUTLIVED_BY_LEAVES') throw error;
    const { object, hint } = error.details;
    throw new Problem('CERTIFICATE_NOT_AS_ASKED', {
      object,
      expected: 'a CA that peers accept',
      found: error.message.replace(`${object}: `, ''),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function acceptOne(
  cert: Certificate,
  issued: readonly Certificate[],
  asked: Asked,
  o: Above & { readonly key: PrivateKey; readonly lasts: Lasting; readonly object: string },
): UnitCa {
  demandAsked(cert, asked, o.object);
  const whole = { cert, chain: [cert, ...issued.filter((one) => one !== cert)], key: o.key };
  const path = verifyPath({ leaf: cert, presented: whole.chain, roots: o.roots, at: o.at });
  // Whatever else came along is nobody's business, and would be shown by every istiod of the unit.
  const issuedCa = path.ok ? { ...whole, chain: path.path } : whole;
  checkIssued(issuedCa, o);
  demandLife(issuedCa, o);
  demandRoom(issuedCa, o.object);
  return issuedCa;
}

/**
 * Checks the CA of a unit as a new one, as that of a folder is: when it was issued, and again whenever it is read,
 * since days may lie between. Throws what `checkCaSet` throws.
 */
export function checkIssued(
  { cert, chain, key }: UnitCa,
  { roots, object, ...o }: Above & { readonly object: string },
): void {
  const texts = { cert: cert.pem, key: key.reveal(), chain: composeBundle(chain) };
  checkCaSet({ root: composeBundle(roots), ...texts }, { object, at: o.at, of: 'new', needs: o.needs });
}

/** Whether it would still be accepted if it were issued now. */
export function isFit(
  issued: UnitCa,
  o: Above & { readonly object: string; readonly lasts: Lasting },
): boolean {
  try {
    checkIssued(issued, o);
    demandLife(issued, o);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** Both wait in one secret, which takes no more than each does in the end. */
function demandRoom({ key, chain }: UnitCa, object: string): void {
  const size = Buffer.byteLength(key.reveal() + composeBundle(chain));
  if (size <= mostBytes.keyVaultSecret) return;
  const expected = `at most ${mostBytes.keyVaultSecret} bytes with its key and its chain`;
  throw new Problem('CERTIFICATE_NOT_AS_ASKED', { object, expected, found: `${size} bytes` });
}

/** What the CA of a mesh must allow besides. */
export function needsOf(
  { kind }: CaFolder,
  { trustDomain, istiods }: MeshNames,
): Pick<Above, 'at' | 'needs'> {
  return { at: new Date(), needs: { trustDomain, istiods, rootsInUse: kind === 'intermediate' } };
}

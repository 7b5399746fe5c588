import { composeBundle } from '../../pki/bundle.ts';
import type { CaRequest } from '../../pki/ca-request.ts';
import { parseCertificate, type Certificate } from '../../pki/certificate.ts';
import { isIssuedBy } from '../../pki/path.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';
import { Problem } from '../../problems/problem.ts';
import { inFolder } from './ca-paths.ts';
import { readIfThere } from './read-requests.ts';

/**
 * Whether a folder has what signing a request below a root would make: requests that come in one by one lie beside those
 * that were signed before. Throws Problem CA_FILE_UNREADABLE.
 */
export async function isSignedIn(out: string, request: CaRequest, root: Certificate): Promise<boolean> {
  const { unit, publicKeyInfo: asked } = request;
  const path = inFolder.cert(out, unit);
  const cert = readable(await readIfThere(path), path);
  if (cert === undefined || !publicKeyInfo(cert.x509.publicKey).equals(asked)) return false;
  const chain = await readIfThere(inFolder.chain(out, unit));
  return isIssuedBy(cert, root) && chain === composeBundle([cert, root]);
}

/** Whatever else it is, nothing is written over it. */
function readable(text: string | undefined, path: string): Certificate | undefined {
  try {
    return text === undefined ? undefined : parseCertificate(text, path);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

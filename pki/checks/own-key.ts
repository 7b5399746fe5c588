import type { KeyObject } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { readKeyBlock } from '../key-block.ts';
import { keyFits } from '../key-fits.ts';
import { readPemText } from '../pem.ts';

/**
 * What may be told of the key in a text where it is not the certificate's; undefined where it is, or where the text
 * holds none, which is another finding. Nothing of the key gets out.
 */
export function otherKey(certificate: Certificate, pem: string): string | undefined {
  const key = keyIn(pem);
  if (key === undefined || keyFits(certificate, key)) return undefined;
  const { x509 } = certificate;
  const wanted = x509.publicKey.asymmetricKeyType;
  const kind = key.asymmetricKeyType;
  if (x509.checkPrivateKey(key)) return `its public half, and a private one that is damaged or another's`;
  return kind === wanted
    ? `another ${kind} key`
    : `a key of type ${kind} for a certificate of type ${wanted}`;
}

/** Why a text cannot be read is not told: no part of a key may get into an error. */
export function keyIn(pem: string): KeyObject | undefined {
  const block = readPemText(pem).blocks.find(({ label }) => label.endsWith('PRIVATE KEY'));
  return block && readKeyBlock(block);
}

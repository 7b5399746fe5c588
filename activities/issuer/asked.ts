import { createPrivateKey, type KeyObject } from 'node:crypto';
import { toDer } from '../../pki/asn1.ts';
import { makeCaCsr } from '../../pki/csr.ts';
import { intermediateName } from '../../pki/generation.ts';
import { encodeName } from '../../pki/name.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';
import type { PrivateKey } from '../private-key.ts';

/** What an issuer is asked for: the intermediate of one unit. */
export interface Asked {
  readonly unit: string;
  /** The request that proves the key; PEM. */
  readonly csr: string;
  /** A Name, DER. */
  readonly subject: Buffer;
  /** A SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
}

const organization = 'Istio';

/** What is to be issued for a unit's key. The same key asks for the same, whenever it is asked. */
export function askFor(unit: string, privateKey: PrivateKey): Asked {
  const key: KeyObject = createPrivateKey(privateKey.reveal());
  const publicKey = publicKeyInfo(key);
  const name = intermediateName({ unit, publicKey, organization });
  return {
    ...{ unit, publicKey },
    csr: makeCaCsr({ key, name }),
    subject: toDer(encodeName(name)),
  };
}

import type { Node } from './asn1.ts';
import { oids } from './oids.ts';
import { children, content, dotted, isTagged } from './read-asn1.ts';

/** The algorithm that signed a certificate. */
export interface SignedWith {
  /** `SHA-1 with RSA`, or its object identifier where that has no name here. */
  readonly name: string;
  /** Whether istiod and Envoy verify it: Go and BoringSSL know the same ones. */
  readonly isVerified: boolean;
}

const verified: ReadonlyMap<string, string> = new Map([
  [oids.sha256WithRsa, 'SHA-256 with RSA'],
  [oids.sha384WithRsa, 'SHA-384 with RSA'],
  [oids.sha512WithRsa, 'SHA-512 with RSA'],
  [oids.ecdsaWithSha256, 'SHA-256 with ECDSA'],
  [oids.ecdsaWithSha384, 'SHA-384 with ECDSA'],
  [oids.ecdsaWithSha512, 'SHA-512 with ECDSA'],
  ['1.3.101.112', 'Ed25519'],
]);

const others: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.2', 'MD2 with RSA'],
  ['1.2.840.113549.1.1.4', 'MD5 with RSA'],
  ['1.2.840.113549.1.1.5', 'SHA-1 with RSA'],
  ['1.3.14.3.2.29', 'SHA-1 with RSA'],
  ['1.2.840.113549.1.1.14', 'SHA-224 with RSA'],
  ['1.2.840.10045.4.1', 'SHA-1 with ECDSA'],
  ['1.2.840.10045.4.3.1', 'SHA-224 with ECDSA'],
]);

const pss = '1.2.840.113549.1.1.10';
const mgf1 = '1.2.840.113549.1.1.8';
/** SHA-256, SHA-384 and SHA-512, and how many bytes of salt are as long as they are. */
const saltBytes: ReadonlyMap<string, number> = new Map([
  ['2.16.840.1.101.3.4.2.1', 32],
  ['2.16.840.1.101.3.4.2.2', 48],
  ['2.16.840.1.101.3.4.2.3', 64],
]);

/** Reads an AlgorithmIdentifier. */
export function readSignedWith(algorithm: Node | undefined): SignedWith {
  const [identifier, parameters] = children(algorithm);
  const type = dotted(identifier);
  if (type === pss) return { name: 'RSA-PSS', isVerified: isUsualPss(parameters) };
  const name = verified.get(type);
  return { name: name ?? others.get(type) ?? type, isVerified: name !== undefined };
}

/** Whether hash and mask are of one SHA-2, the salt is as long as that, and the rest is left out (RFC 4055, 3.1). */
function isUsualPss(parameters: Node | undefined): boolean {
  try {
    const valueOf = (tag: number) => {
      const field = children(parameters).find((one) => isTagged(one, tag));
      return field === undefined ? undefined : children(field)[0];
    };
    const [mask, maskHash] = children(valueOf(1));
    const hash = dotted(children(valueOf(0))[0]);
    const [salt, trailer] = [content(valueOf(2)), valueOf(3)];
    return (
      dotted(mask) === mgf1 &&
      dotted(children(maskHash)[0]) === hash &&
      salt.equals(Buffer.of(saltBytes.get(hash) ?? -1)) &&
      (trailer === undefined || content(trailer).equals(Buffer.of(1)))
    );
  } catch {
    return false;
  }
}

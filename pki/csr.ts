import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { Problem } from '../problems/problem.ts';
import { fromDer, oid, sequence, setOf, smallInteger, tagged, toDer, type Node } from './asn1.ts';
import { subjectAltName } from './extensions.ts';
import { encodeName } from './name.ts';
import { oids } from './oids.ts';
import { bitContent, children, dotted, isTagged } from './read-asn1.ts';
import { readExtensions } from './read-extensions.ts';
import { signed } from './sign.ts';

const hashes = new Map<string, string>([
  [oids.sha256WithRsa, 'sha256'],
  [oids.sha384WithRsa, 'sha384'],
  [oids.sha512WithRsa, 'sha512'],
  [oids.ecdsaWithSha256, 'sha256'],
  [oids.ecdsaWithSha384, 'sha384'],
  [oids.ecdsaWithSha512, 'sha512'],
]);

/** A PKCS#10 request (RFC 2986) with an empty subject, as the agent of a proxy makes it; PEM. */
export function makeCsr({ key, spiffeId }: { readonly key: KeyObject; readonly spiffeId?: string }): string {
  const wanted =
    spiffeId === undefined
      ? []
      : [
          sequence(
            oid(oids.extensionRequest),
            setOf(sequence(subjectAltName({ uris: [spiffeId], dnsNames: [] }, true))),
          ),
        ];
  const publicKey = fromDer(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const der = signed(sequence(smallInteger(0), encodeName({}), publicKey, tagged(0, ...wanted)), key);
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `${['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----'].join('\n')}\n`;
}

/** Reads a PEM request whose signature proves the key. Throws Problem BAD_CSR. */
export function parseCsr(pem: string): { readonly publicKey: KeyObject; readonly uris: readonly string[] } {
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]*)-----END/.exec(pem)?.[1];
  if (body === undefined) throw badCsr('text without a PEM block CERTIFICATE REQUEST');
  const { proven, publicKey, uris } = read(Buffer.from(body, 'base64'));
  if (!proven) throw badCsr('a signature that its public key did not make');
  return { publicKey, uris };
}

function read(der: Buffer): { proven: boolean; publicKey: KeyObject; uris: readonly string[] } {
  try {
    const [info, algorithm, signature] = children(fromDer(der));
    const fields = children(info);
    const [publicKeyField, attributes] = [fields[2], fields[3]];
    if (info === undefined || publicKeyField === undefined) throw new Error('expected a public key');
    const publicKey = createPublicKey({ key: toDer(publicKeyField), type: 'spki', format: 'der' });
    const hash = hashes.get(dotted(children(algorithm)[0]));
    if (hash === undefined) throw new Error('expected SHA-2 with RSA or ECDSA');
    return {
      proven: verify(hash, toDer(info), publicKey, bitContent(signature)),
      publicKey,
      uris: readExtensions(requested(attributes)).uris,
    };
  } catch (error) {
    throw badCsr('a block that is no request', error);
  }
}

function requested(attributes: Node | undefined): readonly Node[] {
  if (!isTagged(attributes, 0)) return [];
  const attribute = children(attributes).find((one) => dotted(children(one)[0]) === oids.extensionRequest);
  return attribute === undefined ? [] : children(children(children(attribute)[1])[0]);
}

function badCsr(found: string, cause?: unknown): Problem {
  return new Problem('BAD_CSR', { object: 'certificate signing request', found }, { cause });
}

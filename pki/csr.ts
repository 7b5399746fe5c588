import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { Problem } from '../problems/problem.ts';
import { fromDer, oid, sequence, sequenceOf, setOf, smallInteger, tagged, toDer, type Node } from './asn1.ts';
import { basicConstraints, keyUsage, subjectAltName } from './extensions.ts';
import { encodeName, type NameParts } from './name.ts';
import { oids } from './oids.ts';
import { bitContent, children, content, dotted, isTagged } from './read-asn1.ts';
import { readExtensions } from './read-extensions.ts';
import { signed } from './sign.ts';
import { publicKeyInfo } from './tbs.ts';

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
  const names = spiffeId === undefined ? [] : [subjectAltName({ uris: [spiffeId], dnsNames: [] }, true)];
  return request(key, {}, names);
}

/** A PKCS#10 request for an intermediate that signs leaves and no further CA; PEM. */
export function makeCaCsr({ key, name }: { readonly key: KeyObject; readonly name: NameParts }): string {
  return request(key, name, [basicConstraints(true, 0), keyUsage(true)]);
}

const version1 = toDer(smallInteger(0));

function request(key: KeyObject, name: NameParts, extensions: readonly Node[]): string {
  const wanted =
    extensions.length === 0 ? [] : [sequence(oid(oids.extensionRequest), setOf(sequence(...extensions)))];
  const info = sequenceOf(version1, toDer(encodeName(name)), publicKeyInfo(key), toDer(tagged(0, ...wanted)));
  const lines =
    signed(info, key)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `${['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----'].join('\n')}\n`;
}

/** What a request asks for; its signature has proven that whoever made it has the key. */
export interface CertificateRequest {
  readonly publicKey: KeyObject;
  /** The same as SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Buffer;
  /** A Name, byte for byte. */
  readonly subject: Buffer;
  readonly uris: readonly string[];
  /** The extensions that are asked for: their types, dotted, and their values, DER. */
  readonly extensions: readonly { readonly type: string; readonly value: Buffer }[];
}

/** Reads the first PEM request of a text. Throws Problem BAD_CSR; `object` names the text in it. */
export function parseCsr(pem: string, object = 'certificate signing request'): CertificateRequest {
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]*)-----END/.exec(pem)?.[1];
  if (body === undefined) throw badCsr(object, 'text without a PEM block CERTIFICATE REQUEST');
  const { proven, ...asked } = read(Buffer.from(body, 'base64'), object);
  if (!proven) throw badCsr(object, 'a signature that its public key did not make');
  return asked;
}

function read(der: Buffer, object: string): CertificateRequest & { readonly proven: boolean } {
  try {
    const [info, algorithm, signature] = children(fromDer(der));
    const [, subject, publicKeyField, attributes] = children(info);
    if (info === undefined || subject === undefined || publicKeyField === undefined)
      throw new Error('expected a subject and a public key');
    const publicKeyInfo = toDer(publicKeyField);
    const publicKey = createPublicKey({ key: publicKeyInfo, type: 'spki', format: 'der' });
    const hash = hashes.get(dotted(children(algorithm)[0]));
    if (hash === undefined) throw new Error('expected SHA-2 with RSA or ECDSA');
    const extensions = requested(attributes);
    return {
      proven: verify(hash, toDer(info), publicKey, bitContent(signature)),
      publicKey,
      publicKeyInfo,
      subject: toDer(subject),
      uris: readExtensions(extensions).uris,
      extensions: extensions.map((extension) => {
        const [type, ...rest] = children(extension);
        return { type: dotted(type), value: content(rest.at(-1)) };
      }),
    };
  } catch (error) {
    throw badCsr(object, 'a block that is no request', error);
  }
}

function requested(attributes: Node | undefined): readonly Node[] {
  if (!isTagged(attributes, 0)) return [];
  // All that are there: openssl reads the first, and others any.
  return children(attributes)
    .filter((one) => dotted(children(one)[0]) === oids.extensionRequest)
    .flatMap((one) => children(children(one)[1]).flatMap(children));
}

function badCsr(object: string, found: string, cause?: unknown): Problem {
  return new Problem('BAD_CSR', { object, found }, { cause });
}

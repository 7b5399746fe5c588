import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { askFor } from '../../../activities/issuer/asked.ts';
import { demandAsked } from '../../../activities/issuer/demands.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import { boolean, fromDer, oid, sequence, setOf, smallInteger, toDer, type Node } from '../../../pki/asn1.ts';
import { fromDerBytes, parseCertificate, type Certificate } from '../../../pki/certificate.ts';
import { basicConstraints, keyUsage, subjectAltName } from '../../../pki/extensions.ts';
import { makeKey } from '../../../pki/key-types.ts';
import { keyPem, makeRoot } from '../../../pki/make.ts';
import { oids } from '../../../pki/oids.ts';
import { intermediateFields } from '../../../pki/profiles.ts';
import { children, content } from '../../../pki/read-asn1.ts';
import { algorithmOf, signed } from '../../../pki/sign.ts';
import { tbsOf } from '../../../pki/tbs.ts';
import { extension } from '../../pki/corpus/extension.ts';

const { asn1 } = forge;
const asked = askFor('aks-1', new PrivateKey(keyPem(makeKey('ecdsa-p256'))));
const root = makeRoot({ commonName: 'Root B' });
const demand = (certificate: Certificate) => () => demandAsked(certificate, asked, 'the certificate');

function issued(o: { subject?: Buffer; extensions?: readonly Node[] } = {}): Certificate {
  const { publicKey } = asked;
  const fields = intermediateFields({ subject: asked.subject, publicKey, ...o, issuer: root.cert });
  const { extensions = fields.extensions } = o;
  return fromDerBytes(signed(tbsOf({ ...fields, extensions }, algorithmOf(root.key)), root.key));
}

/** A name in the string type that Go writes where it can. */
function printable(...attributes: (readonly [type: string, value: string])[]): Buffer {
  const text = (value: string) => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.PRINTABLESTRING, false, value);
  return toDer(sequence(...attributes.map(([type, value]) => setOf(sequence(oid(type), text(value))))));
}

const [organization = '', locality = '', commonName = ''] = children(fromDer(asked.subject)).map((rdn) =>
  content(children(children(rdn)[0])[1]).toString('utf8'),
);
const whole = [
  [oids.organization, organization],
  [oids.locality, locality],
  [oids.commonName, commonName],
] as const;

describe('a certificate that was issued', () => {
  it('may have its subject in another string type', () => {
    const subject = printable(...whole);
    expect(subject.equals(asked.subject)).toBe(false);
    expect(demand(issued({ subject }))).not.toThrow();
  });

  it.each<[string, Certificate, string]>([
    [
      'has an attribute twice',
      issued({ subject: printable([oids.commonName, 'Another'], ...whole) }),
      `subject "CN=Another,CN=${commonName},L=aks-1,O=Istio"`,
    ],
    [
      'lacks an attribute',
      issued({ subject: printable([oids.commonName, commonName], [oids.organization, organization]) }),
      `subject "CN=${commonName},O=Istio"`,
    ],
    [
      'has other names besides',
      issued({
        extensions: [
          ...[basicConstraints(true, 0), keyUsage(true)],
          subjectAltName({ uris: [], dnsNames: ['istiod.istio-system.svc'] }, false),
        ],
      }),
      'subjectAltName DNS:istiod.istio-system.svc',
    ],
    ['has no keyUsage', issued({ extensions: [basicConstraints(true, 0)] }), 'no keyUsage'],
    [
      'says that it is a CA where verifiers may pass it over',
      issued({
        extensions: [
          extension(oids.basicConstraints, false, sequence(boolean(true), smallInteger(0))),
          keyUsage(true),
        ],
      }),
      'basicConstraints that may be passed over',
    ],
  ])('is refused where it %s', (_, certificate, found) => {
    expect(demand(certificate)).toThrow(
      expect.objectContaining({
        code: 'CERTIFICATE_NOT_AS_ASKED',
        details: expect.objectContaining({ found }) as object,
      }) as Error,
    );
  });

  it('is as asked where openssl has signed it by the line of docs/issuers.md', async () => {
    const docs = await readFile(new URL('../../../docs/issuers.md', import.meta.url), 'utf8');
    const [, line = ''] = /`openssl (x509 -req [^`]*)`/.exec(docs) ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-openssl-'));
    await writeFile(join(folder, 'root-cert.pem'), root.cert.pem);
    await writeFile(join(folder, 'root-key.pem'), keyPem(root.key));
    await writeFile(join(folder, 'aks-1.csr'), asked.csr);
    execFileSync('openssl', line.replaceAll('UNIT', 'aks-1').split(' '), { cwd: folder, stdio: 'pipe' });
    const certificate = parseCertificate(await readFile(join(folder, 'aks-1.pem'), 'utf8'), 'a test');
    expect(demand(certificate)).not.toThrow();
  });
});

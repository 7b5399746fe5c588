import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acceptIssued, needsOf } from '../../../activities/issuer/accept.ts';
import { askFor } from '../../../activities/issuer/asked.ts';
import type { Lasting } from '../../../activities/issuer/contract.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import { octets, toDer } from '../../../pki/asn1.ts';
import { fromDerBytes, parseCertificate, type Certificate } from '../../../pki/certificate.ts';
import type { MeshNeeds } from '../../../pki/checks/seen-set.ts';
import { makeKey } from '../../../pki/key-types.ts';
import { keyPem, issueLeaf, makeIntermediate, makeRoot, type Issuer } from '../../../pki/make.ts';
import { encodeName } from '../../../pki/name.ts';
import { intermediateFields, rootFields, type Validity } from '../../../pki/profiles.ts';
import { algorithmOf, signed } from '../../../pki/sign.ts';
import { issuerOf, publicKeyInfo, tbsOf } from '../../../pki/tbs.ts';
import { extension, nameConstraints } from '../../pki/corpus/extension.ts';
import { make, type Asked } from '../../pki/corpus/made.ts';

const key = new PrivateKey(keyPem(makeKey('ecdsa-p256')));
const asked = askFor('aks-1', key);
const root = makeRoot({ commonName: 'Root B' });
const at = new Date();

function issued(o: { by?: Issuer; subject?: Buffer; anyLength?: boolean } & Validity = {}): Certificate {
  const { by = root, subject = asked.subject, anyLength = false, ...validity } = o;
  const about = { ...validity, subject, publicKey: asked.publicKey };
  const fields = anyLength
    ? { ...rootFields(about), issuer: issuerOf(by.cert) }
    : intermediateFields({ ...about, issuer: by.cert });
  return fromDerBytes(signed(tbsOf(fields, algorithmOf(by.key)), by.key));
}

const accept = (
  chain: readonly Certificate[],
  roots = [root.cert],
  needs: MeshNeeds = {},
  lasts: Lasting = {},
) => acceptIssued(asked, chain, { key, roots, at, needs, lasts });

describe('what was issued', () => {
  it('is taken with its chain in whatever order, the certificate itself first', () => {
    const cert = issued();
    const { chain } = accept([root.cert, cert]);
    expect(chain.map(({ fingerprint }) => fingerprint)).toEqual([cert.fingerprint, root.cert.fingerprint]);
  });

  it('has in its chain what is on its path, and nothing that came along', () => {
    const others = [makeRoot({ commonName: 'Root X' }).cert, makeRoot({ commonName: 'Root Y' }).cert];
    const cert = issued();
    const { chain } = accept([others[0], cert, others[1]].flatMap((one) => one ?? []));
    expect(chain.map(({ fingerprint }) => fingerprint)).toEqual([cert.fingerprint, root.cert.fingerprint]);
  });

  it('is refused where it has no room beside its key', () => {
    const long = new PrivateKey(keyPem(makeKey('rsa-3072')));
    const wanted = askFor('aks-1', long);
    const extensions = [extension('1.2.3.4', false, octets(Buffer.alloc(16_800)))];
    const made = make({ name: 'Root L', extensions });
    const by = { cert: parseCertificate(made.pem, 'a test'), key: made.key };
    const fields = intermediateFields({ ...wanted, issuer: by.cert });
    const cert = fromDerBytes(signed(tbsOf(fields, algorithmOf(by.key)), by.key));
    expect(() =>
      acceptIssued(wanted, [cert], { key: long, roots: [by.cert], at, needs: {}, lasts: {} }),
    ).toThrow(
      expect.objectContaining({
        code: 'CERTIFICATE_NOT_AS_ASKED',
        details: expect.objectContaining({
          found: expect.stringMatching(/^2\d{4} bytes$/) as string,
        }) as object,
      }) as Error,
    );
  });

  it('is the first of several for the key that is what was asked for, else refused for the last', () => {
    const [wrong, right] = [issued({ anyLength: true }), issued()];
    const elsewhere = issued({ by: makeRoot({ commonName: 'Root C' }) });
    expect(accept([wrong, right, root.cert]).cert.fingerprint).toBe(right.fingerprint);
    expect(accept([elsewhere, right]).cert.fingerprint).toBe(right.fingerprint);
    expect(() => accept([elsewhere, wrong])).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ found: 'pathLen without limit' }) as object,
      }) as Error,
    );
  });

  it.each([
    ['CERT_OUTLIVED_BY_LEAVES', { leaf: 8 * 86_400, rotation: 3_600 }, 'as long as a leaf lives'],
    ['EXPIRES_BEFORE_END', { leaf: 86_400, rotation: 9 * 86_400 }, 'until when the rotation may last'],
  ] as const)('is refused at once with %s where the plan with it would be', (code, lasts, reason) => {
    const chain = [issued({ days: 7 })];
    expect(accept(chain, undefined, {}, { leaf: 86_400, rotation: 86_400 }).cert).toBe(chain[0]);
    expect(() => accept(chain, undefined, {}, lasts)).toThrow(
      expect.objectContaining({
        code,
        details: expect.objectContaining({
          expected: expect.stringContaining(reason) as string,
          hint: expect.stringMatching(
            /the same request signed anew.*; with meshturn ca sign name another --out/,
          ) as string,
        }) as object,
      }) as Error,
    );
  });

  it('is refused below a CA that may have no other below it', () => {
    const between = makeIntermediate({ issuer: root, commonName: 'Between' });
    const cert = issued({ by: between });
    const refusal = (code: string) => expect.objectContaining({ code }) as Error;
    expect(() => accept([cert])).toThrow(refusal('PATH_BROKEN'));
    expect(() => accept([cert, between.cert])).toThrow(refusal('PATH_LENGTH_EXCEEDED'));
  });

  const other = makeRoot({ commonName: 'Root C' });
  const leaf = issueLeaf({
    issuer: root,
    publicKey: createPrivateKey(key.reveal()),
    ttlMs: 60_000,
    spiffeId: 'spiffe://cluster.local/ns/a/sa/b',
  });
  it.each<[string, string, Certificate[], string | undefined]>([
    ['nothing', 'CERTIFICATE_NOT_AS_ASKED', [], 'no certificate'],
    ['a certificate for another key', 'CERTIFICATE_NOT_AS_ASKED', [root.cert], 'others: "CN=Root B"'],
    [
      'another subject',
      'CERTIFICATE_NOT_AS_ASKED',
      [issued({ subject: toDer(encodeName({ commonName: 'Mine' })) })],
      'subject "CN=Mine"',
    ],
    ['a leaf', 'CERTIFICATE_NOT_AS_ASKED', [leaf], 'subject ""'],
    [
      'a CA of any path length',
      'CERTIFICATE_NOT_AS_ASKED',
      [issued({ anyLength: true })],
      'pathLen without limit',
    ],
    ['one by another root', 'PATH_BROKEN', [issued({ by: other }), other.cert], undefined],
    [
      'one that has expired',
      'CERT_EXPIRED',
      [issued({ now: new Date(Date.now() - 8e9), days: 30 })],
      undefined,
    ],
  ])('is refused where it is %s', (_, code, chain, found) => {
    const details = found === undefined ? {} : { details: expect.objectContaining({ found }) as object };
    expect(() => accept(chain)).toThrow(expect.objectContaining({ code, ...details }) as Error);
  });
});

describe('a root that is as no new CA may be', () => {
  const rootOf = (wrong: Omit<Asked, 'name'>): Issuer => {
    const made = make({ name: 'Root D', ...wrong });
    return { cert: parseCertificate(made.pem, 'a test'), key: made.key };
  };
  const unfit = { serial: Buffer.of(0x80) };
  const other = nameConstraints({ kind: 6, permitted: ['example.com'] });
  const otherHosts = nameConstraints({ kind: 2, permitted: ['example.com'] });

  it.each<[string, string, Issuer]>([
    ['has a serial number that verifiers may not take', 'SERIAL_UNFIT', rootOf(unfit)],
    ['forbids the trust domain', 'NAME_CONSTRAINED', rootOf({ extensions: [other] })],
    ['forbids the names of istiod', 'NAME_CONSTRAINED', rootOf({ extensions: [otherHosts] })],
  ])('is refused where it %s', (_, code, by) => {
    const names = { trustDomain: 'cluster.local', istiods: [{ namespaces: ['istio-system'] }] };
    const { needs } = needsOf({ kind: 'root', directory: '/a' }, names);
    expect(() => accept([issued({ by })], [by.cert], needs)).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });

  it('is taken as it is where it is in use', () => {
    const by = rootOf(unfit);
    const needs = { trustDomain: 'cluster.local', rootsInUse: true };
    expect(accept([issued({ by })], [by.cert], needs).chain).toHaveLength(2);
  });
});

it('asks for the same by the same key, whenever it asks', () => {
  const again = askFor('aks-1', new PrivateKey(key.reveal()));
  expect(again.subject.equals(asked.subject)).toBe(true);
  expect(publicKeyInfo(createPrivateKey(key.reveal())).equals(again.publicKey)).toBe(true);
});

import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBundle } from '../../pki/bundle.ts';
import { judge } from '../../pki/checks/judge.ts';
import { seeSet, type Part, type SeenSet } from '../../pki/checks/seen-set.ts';
import { Problem } from '../../problems/problem.ts';
import { good, knownNeeds, otherRoot, root, signer } from './corpus/bad-set.ts';
import { make, pemOf } from './corpus/made.ts';

/** As much as a secret of Key Vault holds. */
const size = 25 * 1024;
const at = new Date();
const parts = ['root', 'cert', 'key', 'chain'] as const;

/** What is told of a set must be read as it is: nothing is thrown, and what is accepted, node accepts. */
function look(files: Record<Part, string | Buffer>): void {
  const seen = seeSet(files, { object: 'the set', at, needs: knownNeeds });
  const isRefused = judge(seen, 'new').some(({ severity }) => severity === 'fatal');
  for (const { certificates } of seen.texts)
    for (const { pem, der } of certificates) expect(new X509Certificate(pem).raw.equals(der)).toBe(true);
  if (!isRefused) expectAccepted(seen, files.key);
}

function expectAccepted({ path, signer: own }: SeenSet, key: string | Buffer): void {
  const links = path?.ok === true ? path.path : [];
  expect(links.length).toBeGreaterThan(0);
  for (const [index, { x509 }] of links.entries()) {
    const issuer = (links[index + 1] ?? links.at(-1))?.x509;
    expect(issuer !== undefined && x509.checkIssued(issuer) && x509.verify(issuer.publicKey)).toBe(true);
    expect(x509.ca).toBe(true);
    expect(x509.validFromDate <= at && at <= x509.validToDate).toBe(true);
  }
  expect(own && seenKeyFits(own.x509, key)).toBe(true);
}

function seenKeyFits(x509: X509Certificate, key: string | Buffer): boolean {
  const bytes = Buffer.from('signed by whoever has the key');
  return verify('sha256', bytes, x509.publicKey, sign('sha256', bytes, createPrivateKey(key)));
}

const flips = fc.array(fc.tuple(fc.nat({ max: 2000 }), fc.integer({ min: 1, max: 255 })), {
  minLength: 1,
  maxLength: 4,
});

function flipped(bytes: Buffer, at: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [place, mask] of at) {
    const index = place % copy.length;
    copy.writeUInt8(copy.readUInt8(index) ^ mask, index);
  }
  return copy;
}

describe('whatever the bytes are,', () => {
  it('a set with bytes of a text changed is told of, and none is accepted that node refuses', () => {
    fc.assert(
      fc.property(fc.constantFrom(...parts), flips, (part, changes) => {
        look({ ...good, [part]: flipped(Buffer.from(good[part]), changes) });
      }),
      { numRuns: 600 },
    );
  });

  it('a set with bytes of a certificate changed is, too', () => {
    const ders = { root: root.der, cert: signer.der, chain: signer.der };
    fc.assert(
      fc.property(fc.constantFrom('root', 'cert', 'chain'), flips, (part, changes) => {
        look({ ...good, [part]: pemOf(flipped(ders[part], changes)) });
      }),
      { numRuns: 1000 },
    );
  });

  it('a bundle of pieces is read, or is BAD_CERTIFICATE', () => {
    const pieces = fc.constantFrom(
      ...[root.pem, otherRoot.pem, root.pem.trimEnd(), root.pem.slice(0, 90), root.pem.slice(-90)],
      ...[
        '-----BEGIN CERTIFICATE-----',
        '-----END CERTIFICATE-----',
        '-----',
        '\n',
        '\r\n',
        ' ',
        'text',
        '\u0000',
        '\ufeff',
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (all) => {
        const text = all.join('');
        try {
          for (const { pem } of parseBundle(text, 'a bundle')) expect(text).toContain(pem.trimEnd());
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== 'BAD_CERTIFICATE') throw error;
        }
        look({ ...good, root: text });
      }),
      { numRuns: 500 },
    );
  });

  const ofOneKey = Array.from({ length: 60 }, () => make({ name: 'Root', key: root.key, keyId: root.keyId }));
  const repeated = (text: string): string => text.repeat(Math.ceil(size / text.length)).slice(0, size);
  it.each([
    ['BEGIN lines', repeated('-----BEGIN CERTIFICATE-----\n')],
    ['BEGIN lines of keys', repeated('-----BEGIN PRIVATE KEY-----\n')],
    ['one root over and over', repeated(root.pem)],
    [
      'roots of one name and one key',
      ofOneKey
        .map(({ pem }) => pem)
        .join('')
        .slice(0, size),
    ],
    ['empty lines', repeated('\n')],
    ['dashes', repeated('-')],
    ['blanks before a line', `${' '.repeat(size)}x\n`],
    ['base64', repeated('QUJD')],
  ])('25 KB are looked at without a hang: %s', (_, text) => {
    const took = [1, 2, 3, 4, 5].map(() => {
      const start = performance.now();
      look({ ...good, root: text, chain: good.chain });
      return performance.now() - start;
    });
    // The least is what it takes, some 50 ms at most; the rest is what else the machine does.
    expect(Math.min(...took)).toBeLessThan(250);
  });
});

import type { Certificate } from '../../pki/certificate.ts';
import { certificateKey } from '../../pki/key-facts.ts';
import { generateKey, type KeyType } from '../../pki/key-types.ts';
import { keyPem } from '../../pki/make.ts';
import { Problem } from '../../problems/problem.ts';
import type { SourceReading } from '../ca-source.ts';
import { PrivateKey } from '../private-key.ts';

/** What new keys there are, by kind and strength in bits, the weakest first. */
const strengths: Readonly<Record<string, readonly (readonly [bits: number, type: KeyType])[]>> = {
  EC: [
    [256, 'ecdsa-p256'],
    [384, 'ecdsa-p384'],
  ],
  RSA: [
    [2048, 'rsa-2048'],
    [3072, 'rsa-3072'],
    [4096, 'rsa-4096'],
  ],
};

/** A key for the new intermediate of a unit. Throws Problem KEY_NOT_SUPPORTED. */
export async function newKey(
  unit: string,
  { observed, certificates }: Pick<SourceReading, 'observed' | 'certificates'>,
): Promise<PrivateKey> {
  const now = certificates.find(({ fingerprint }) => fingerprint === observed.certificate);
  return new PrivateKey(keyPem(await generateKey(newKeyType(unit, now))));
}

/**
 * A new intermediate has a key of the kind that the one before it has, so that a rotation changes nothing else: as
 * strong, or else the next stronger one, or the strongest that all peers verify. Throws Problem KEY_NOT_SUPPORTED.
 * @param now the intermediate in use, where it can be read
 */
export function newKeyType(unit: string, now: Certificate | undefined): KeyType {
  if (now === undefined) return 'ecdsa-p256';
  const { kind } = certificateKey(now);
  const [, family = '', bits] = /^(EC P-|RSA )(\d+)$/.exec(kind) ?? [];
  const known = strengths[family.slice(0, family.indexOf(' '))] ?? [];
  const fit = known.find(([strength]) => strength >= Number(bits)) ?? known.at(-1);
  if (fit !== undefined) return fit[1];
  throw new Problem('KEY_NOT_SUPPORTED', {
    object: `the intermediate of ${unit}, whose kind of key the new one would have`,
    expected: 'RSA or ECDSA on a curve of NIST',
    found: kind,
    hint: 'bring the new intermediates as files, with keys of a kind of your own: issuer: { files: {} }',
  });
}

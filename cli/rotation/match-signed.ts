import { basename } from 'node:path';
import { fileNames } from '../../activities/new-ca/files.ts';
import { composeBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { distinct } from '../../pki/distinct.ts';
import { certificateKey } from '../../pki/key-facts.ts';
import { Problem } from '../../problems/problem.ts';
import type { CertRequest, Submission, TakenCertificate } from '../../rotation/requests.ts';
import type { SignedFile } from './signed-files.ts';

/** All that was brought for one request. */
interface Brought extends Submission {
  readonly unit: string;
  readonly files: readonly string[];
}

/** What files hold for a rotation. */
export interface Matched {
  /** One for each request that waits and that anything was brought for. */
  readonly brought: readonly Brought[];
  /** Of certificates that were brought before as well. */
  readonly already: readonly (TakenCertificate & { readonly files: readonly string[] })[];
  /** What is of no use, and why. */
  readonly refused: readonly { readonly files: readonly string[]; readonly problem: Problem }[];
}

/**
 * Matches certificates to requests by their public keys. Those of one key go together, out of however many files:
 * which of them is what was asked for, the rotation finds out.
 */
export function matchSigned(
  files: readonly SignedFile[],
  {
    requests,
    taken,
  }: { readonly requests: readonly CertRequest[]; readonly taken: readonly TakenCertificate[] },
): Matched {
  const byKey = filesByKey(files);
  const brought = requests.flatMap(({ unit, publicKey }) => {
    const some = byKey.get(publicKey) ?? [];
    const chain = composeBundle(chainOf(publicKey, some));
    return some.length === 0 ? [] : [{ unit, publicKey, chain, files: some.map(({ path }) => path) }];
  });
  const waiting = new Set(requests.map(({ publicKey }) => publicKey));
  const before = taken.flatMap((one) => {
    const some = waiting.has(one.publicKey) ? [] : (byKey.get(one.publicKey) ?? []);
    return some.length === 0 ? [] : [{ ...one, some, files: some.map(({ path }) => path) }];
  });
  const [already, others] = parted(before, ({ some, fingerprint }) =>
    some.some(({ certificates }) => certificates.some((one) => one.fingerprint === fingerprint)),
  );
  const known = new Set([...brought, ...before].flatMap((one) => one.files));
  return {
    brought,
    already: already.map(({ unit, publicKey, fingerprint, files: of }) => ({
      ...{ unit, publicKey, fingerprint, files: of },
    })),
    refused: [
      ...files.flatMap(({ path, problems }) => problems.map((problem) => ({ files: [path], problem }))),
      ...unasked(files, known).map((path) => ({
        files: [path],
        problem: new Problem('CERTIFICATE_NOT_REQUESTED', { object: path }),
      })),
      ...others.map(({ unit, fingerprint, files: of }) => ({
        files: of,
        problem: new Problem('CERTIFICATE_NOT_REQUESTED', {
          object: `the certificate for ${unit}, ${of.join(', ')}`,
          expected: `${fingerprint}, which was taken for its key`,
          found: 'another',
        }),
      })),
    ],
  };
}

function filesByKey(files: readonly SignedFile[]): ReadonlyMap<string, readonly SignedFile[]> {
  const byKey = new Map<string, SignedFile[]>();
  for (const file of files) {
    for (const key of new Set(file.certificates.map(keyOf))) {
      byKey.set(key, [...(byKey.get(key) ?? []), file]);
    }
  }
  return byKey;
}

/** Those of the key first, then what else is in their files. */
function chainOf(publicKey: string, files: readonly SignedFile[]): readonly Certificate[] {
  const all = distinct(files.flatMap(({ certificates }) => certificates));
  return parted(all, (one) => keyOf(one) === publicKey).flat();
}

/** Files of certificates that nobody has asked for, and that are in no chain of what was. */
function unasked(files: readonly SignedFile[], known: ReadonlySet<string>): readonly string[] {
  const inChains = new Set(
    files
      .filter(({ path }) => known.has(path))
      .flatMap(({ certificates }) => certificates.map(({ fingerprint }) => fingerprint)),
  );
  return files
    .filter(({ path, certificates }) => {
      // Beside what is made of requests lies the root.
      if (known.has(path) || certificates.length === 0 || basename(path) === fileNames.root) return false;
      return !certificates.every(({ fingerprint }) => inChains.has(fingerprint));
    })
    .map(({ path }) => path);
}

function parted<T>(all: readonly T[], is: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}

/** As `CertRequest` has it. */
function keyOf(certificate: Certificate): string {
  return certificateKey(certificate).publicKey;
}

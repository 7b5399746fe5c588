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
  /** Of the certificates for its key. */
  readonly fingerprints: readonly string[];
}

/** What files hold for a rotation. */
export interface Matched {
  /** One for each request that anything was brought for that the rotation does not have. */
  readonly brought: readonly Brought[];
  /** Of certificates that were brought before as well. */
  readonly already: readonly (TakenCertificate & { readonly files: readonly string[] })[];
  /** What is of no use, and why. */
  readonly refused: readonly { readonly files: readonly string[]; readonly problem: Problem }[];
}

/**
 * Matches certificates to requests by their public keys. Those of one key go together, out of however many files:
 * which of them is what was asked for, the rotation finds out, and so whether one may take the place of another.
 */
export function matchSigned(
  files: readonly SignedFile[],
  {
    requests,
    taken,
  }: { readonly requests: readonly CertRequest[]; readonly taken: readonly TakenCertificate[] },
): Matched {
  const byKey = filesByKey(files);
  const waiting = new Set(requests.map(({ publicKey }) => publicKey));
  const before = taken.filter(({ publicKey }) => !waiting.has(publicKey));
  const found = [...requests, ...before].flatMap(({ unit, publicKey }) => {
    const some = byKey.get(publicKey) ?? [];
    return some.length === 0 ? [] : [broughtOf(unit, publicKey, some)];
  });
  const known = new Set(found.flatMap((one) => one.files));
  const takenOf = ({ publicKey, fingerprints }: Brought) =>
    before.find((one) => one.publicKey === publicKey && fingerprints.includes(one.fingerprint));
  return {
    brought: found.filter((one) => takenOf(one) === undefined),
    already: found.flatMap((one) => {
      const same = takenOf(one);
      return same === undefined ? [] : [{ ...same, files: one.files }];
    }),
    refused: [
      ...files.flatMap(({ path, problems }) => problems.map((problem) => ({ files: [path], problem }))),
      ...unasked(files, known).map((path) => ({
        files: [path],
        problem: new Problem('CERTIFICATE_NOT_REQUESTED', { object: path }),
      })),
    ],
  };
}

/** The certificates for the key first, then what stands above them in their files: it is kept in a history. */
function broughtOf(unit: string, publicKey: string, files: readonly SignedFile[]): Brought {
  const all = distinct(files.flatMap(({ certificates }) => certificates));
  const own = all.filter((one) => keyOf(one) === publicKey);
  return {
    ...{ unit, publicKey, chain: composeBundle(withIssuers(own, all)) },
    files: files.map(({ path }) => path),
    fingerprints: own.map(({ fingerprint }) => fingerprint),
  };
}

/** Certificates, and those of `all` that may have signed one of them, or one that may. */
function withIssuers(own: readonly Certificate[], all: readonly Certificate[]): readonly Certificate[] {
  const chain = new Set(own);
  // What is added is looked at in its turn.
  for (const below of chain) for (const one of all) if (below.x509.checkIssued(one.x509)) chain.add(one);
  return [...chain];
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

/** As `CertRequest` has it; a key is written out once, since all certificates are looked at for each request. */
function keyOf(certificate: Certificate): string {
  const key = keys.get(certificate) ?? certificateKey(certificate).publicKey;
  keys.set(certificate, key);
  return key;
}

const keys = new WeakMap<Certificate, string>();

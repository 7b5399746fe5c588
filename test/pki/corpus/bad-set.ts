import type { KeyObject } from 'node:crypto';
import type { MeshNeeds } from '../../../pki/checks/seen-set.ts';
import type { ProblemCode } from '../../../problems/registry.ts';
import { ecKey, leafBelow, make, type Asked, type Made } from './made.ts';

/** The files of a set, and a leaf below it, where one can be made. */
export interface Files {
  readonly root: string | Buffer;
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  readonly chain: string | Buffer;
  readonly leaf?: string;
}

/** One row of the corpus: a set, and what is told of it. */
export interface BadSet {
  readonly name: string;
  /** The first finding; undefined where nothing is told. */
  readonly code: ProblemCode | undefined;
  readonly files: () => Files;
  readonly needs?: MeshNeeds;
}

/** Of every check of time and name something is known. */
export const knownNeeds: MeshNeeds = { trustDomain: 'cluster.local', leafTtl: 86_400, margin: 30 * 86_400 };

export const root = make({ name: 'Root' });
export const signer = make({ name: 'Signer', issuer: root, pathLength: 0 });
export const otherRoot = make({ name: 'Other root' });
export const otherSigner = make({ name: 'Other signer', issuer: otherRoot, pathLength: 0 });
export const leaf = leafBelow(signer);

export function keyText(key: KeyObject, type: 'sec1' | 'pkcs1' | 'pkcs8' = 'pkcs8'): string {
  return key.export({ type, format: 'pem' }).toString();
}

export const good: Files = {
  root: root.pem,
  cert: signer.pem,
  key: keyText(signer.key, 'sec1'),
  chain: signer.pem,
  leaf: leaf.pem,
};

/** The sound set with other files. */
export function but(files: Partial<Files>): () => Files {
  return () => ({ ...good, ...files });
}

/** A set of certificates from the one that signs to the root. */
export function setOf(...path: readonly [Made, ...Made[]]): Files {
  const [first] = path;
  const last = path.at(-1) ?? first;
  return {
    root: last.pem,
    cert: first.pem,
    key: keyText(first.key),
    chain: path
      .slice(0, -1)
      .map(({ pem }) => pem)
      .join(''),
    leaf: leafBelow(first).pem,
  };
}

/** A signer that is as asked below the sound root. */
export function signedAs(asked: Partial<Asked>): () => Files {
  return () => setOf(make({ name: 'Signer', issuer: root, pathLength: 0, ...asked }), root);
}

/** A sound signer below a root that is as asked. */
export function below(asked: Partial<Asked>): () => Files {
  return () => {
    const above = make({ name: 'Root', ...asked });
    return setOf(make({ name: 'Signer', issuer: above, pathLength: 0, key: ecKey() }), above);
  };
}

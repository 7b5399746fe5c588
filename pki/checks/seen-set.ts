import type { Problem } from '../../problems/problem.ts';
import type { Certificate } from '../certificate.ts';
import type { IstiodPlace } from '../name-constraints.ts';
import { nameOf, searchPath, type PathResult } from '../path.ts';
import { recognise, type Recognised } from '../recognise.ts';
import { linkedPath } from './linked-path.ts';

export type Part = 'root' | 'cert' | 'key' | 'chain';

/** What the objects of a set are called. */
const partNames = {
  root: 'root-cert',
  cert: 'ca-cert',
  key: 'ca-key',
  chain: 'cert-chain',
} as const satisfies Record<Part, string>;

/** What a mesh needs of a CA, as far as it is known. */
export interface MeshNeeds {
  readonly trustDomain?: string | undefined;
  /** Those that are to sign with it. */
  readonly istiods?: readonly IstiodPlace[] | undefined;
  /** Seconds; the longest life of a leaf. */
  readonly leafTtl?: number | undefined;
  /** Seconds that a new CA is to last at least. */
  readonly margin?: number | undefined;
  /** True where the roots of the set are those in use, and only what is below them is new. */
  readonly rootsInUse?: boolean | undefined;
  /** Roots that the mesh trusts already: where they stand beside new ones, they are taken as they were made. */
  readonly oldRoots?: readonly Certificate[] | undefined;
  /** The bundle that is trusted now, where the one looked at is to be written beside it or in its place. */
  readonly bundleInUse?: string | undefined;
  /** True where an istiod of the mesh is 1.29 or older, which compares bundles byte by byte. */
  readonly comparesBytes?: boolean | undefined;
}

/** One text of a set, and what it turned out to hold. */
export interface SeenText extends Recognised {
  readonly part: Part;
  /** `root-cert of ./root-b/aks-1` */
  readonly object: string;
  readonly bytes: Buffer;
}

/** A set as it was read, whatever is wrong with it. Holds the private key: lives inside one function. */
export interface SeenSet {
  /** Names the set in findings. */
  readonly object: string;
  readonly at: Date;
  readonly needs: MeshNeeds;
  /** Those that are there, in the order of a set. */
  readonly texts: readonly SeenText[];
  /** Undefined unless ca-cert holds one certificate. */
  readonly signer: Certificate | undefined;
  readonly chain: readonly Certificate[];
  /** Undefined where they are not known. */
  readonly roots: readonly Certificate[] | undefined;
  /** A path that peers would take now, or why there is none. Undefined without a signer or without roots. */
  readonly path: PathResult | undefined;
  /** From the signer upwards by names and signatures alone, as far as a root; empty where there is no such path. */
  readonly linked: readonly Certificate[];
}

/** Reads a set. Throws nothing. */
export function seeSet(
  parts: Partial<Record<Part, string | Buffer>>,
  o: { readonly object: string; readonly at: Date; readonly needs?: MeshNeeds },
): SeenSet {
  const texts = (['root', 'cert', 'key', 'chain'] as const).flatMap((part): SeenText[] => {
    const written = parts[part];
    if (written === undefined) return [];
    const bytes = Buffer.from(written);
    const object = `${partNames[part]} of ${o.object}`;
    return [{ part, object, bytes, ...recognise(bytes, object) }];
  });
  const inPart = (part: Part) => texts.find((text) => text.part === part)?.certificates ?? [];
  const certs = inPart('cert');
  const signer = certs.length === 1 ? certs[0] : undefined;
  const chain = inPart('chain');
  const roots = parts.root === undefined ? undefined : inPart('root');
  const search =
    signer === undefined || roots === undefined ? undefined : { leaf: signer, presented: chain, roots };
  const reject = (one: Certificate) => (isValid(one, o.at) ? undefined : nameOf(one));
  return {
    ...{ object: o.object, at: o.at, needs: o.needs ?? {}, texts, signer, chain, roots },
    path: search && searchPath({ ...search, reject }),
    linked: search === undefined ? [] : linkedPath(search),
  };
}

/** The roots that come with a new CA. */
export function newRootsOf(set: SeenSet): readonly Certificate[] {
  return (set.roots ?? []).filter((root) => !isInUse(set, root));
}

/** Whether a certificate is a root that is trusted already. */
export function isInUse(
  { roots = [], needs: { rootsInUse, oldRoots = [] } }: SeenSet,
  { fingerprint }: Certificate,
): boolean {
  return (rootsInUse === true ? roots : oldRoots).some((root) => root.fingerprint === fingerprint);
}

/** The certificates that peers would go through, where they would. */
export function pathOf({ path, linked }: SeenSet): readonly Certificate[] {
  return path?.ok === true ? path.path : linked;
}

export function textOf({ texts }: SeenSet, part: Part): SeenText | undefined {
  return texts.find((text) => text.part === part);
}

/** What was told of the texts as they were read, by code. */
export function toldOf({ texts }: SeenSet, code: Problem['code']): readonly Problem['details'][] {
  return texts.flatMap(({ findings }) =>
    findings.filter((one) => one.code === code).map(({ details }) => details),
  );
}

function isValid({ notBefore, notAfter }: Certificate, at: Date): boolean {
  return notBefore <= at && at <= notAfter;
}

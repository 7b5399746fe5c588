import type { ObservedSource } from './observed.ts';
import type { Stage } from './plan.ts';
import { shortFingerprint } from './names.ts';
import { sameList, type Fingerprint } from './trust.ts';

/** The objects of a CA source that a difference may be in; of a pair that does not match either one may be wrong. */
export type SourcePart = keyof SourcePlace['objects'];

/** Where a CA source is, so that what is said of it can be typed. */
export interface SourcePlace {
  readonly vault: string;
  readonly objects: {
    readonly root: string;
    readonly cert: string;
    readonly key: string;
    readonly chain: string;
  };
}

export interface SourceDifference {
  readonly parts: readonly SourcePart[];
  readonly expected: string;
  readonly found: string;
}

type Held = Pick<ObservedSource, 'roots' | 'signer' | 'certificate' | 'chain'>;

interface Words {
  readonly label?: (fingerprint: Fingerprint) => string;
  /** Those that were read, where they are known. */
  readonly versions?: Partial<Readonly<Record<SourcePart, string>>>;
}

/**
 * What a CA source holds otherwise than was proven of it, whoever wrote it: a version of the same contents does no
 * harm.
 */
export function sourceDifferences(
  { roots, signer, certificate, chain }: Held,
  proven: Pick<Stage, 'expect' | 'chain'>,
  { label = shortFingerprint, versions = {} }: Words = {},
): readonly SourceDifference[] {
  const { expect } = proven;
  const listed = (all: readonly Fingerprint[]): string => all.map(label).join(', ') || 'none';
  const inVersion = (part: SourcePart): string =>
    versions[part] === undefined ? '' : ` in version ${versions[part]}`;
  const differences: SourceDifference[] = [];
  if (!sameList(roots, expect.roots)) {
    const found = `roots ${listed(roots)}${inVersion('root')}`;
    differences.push({ parts: ['root'], expected: `roots ${listed(expect.roots)}`, found });
  }
  if (signer?.fingerprint !== expect.signer) {
    const found =
      signer === undefined
        ? `certificate ${certificate === undefined ? 'none' : label(certificate)}${inVersion('cert')}, which does not verify with its key and chain`
        : `signer ${label(signer.fingerprint)}${inVersion('cert')}`;
    differences.push({ parts: ['cert', 'key'], expected: `signer ${label(expect.signer)}`, found });
  }
  if (!sameList(chain, proven.chain)) {
    const found = `chain ${listed(chain)}${inVersion('chain')}`;
    differences.push({ parts: ['chain'], expected: `chain ${listed(proven.chain)}`, found });
  }
  return differences;
}

/** How what somebody else wrote is looked at and put back by hand, and what goes on `then`. */
export function putBack(place: SourcePlace | undefined, parts: readonly SourcePart[], then: string): string {
  const of = (part: SourcePart): string =>
    `--vault-name ${place?.vault ?? '…'} --name ${place?.objects[part] ?? '…'}`;
  const [first = 'root'] = parts;
  const others = parts.slice(1).map((part) => place?.objects[part] ?? part);
  const likewise = others.length === 0 ? '' : `, and likewise ${others.join(', ')}`;
  return `see who wrote it: az keyvault secret list-versions ${of(first)}${likewise}; put the contents of the version before it back: az keyvault secret set ${of(first)} --file …; ${then}`;
}

export function isBeginningOf(beginning: readonly Fingerprint[], list: readonly Fingerprint[]): boolean {
  return sameList(beginning, list.slice(0, beginning.length));
}

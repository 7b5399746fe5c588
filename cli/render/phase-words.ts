import type { PhaseName } from '../../rotation/plan.ts';
import type { PhaseProgress, RotationProgress } from '../../rotation/progress.ts';
import type { CertFacts } from '../../rotation/trust.ts';
import { namesOf } from '../../rotation/names.ts';

/** `root A → B`, or `intermediates under Root A`. */
export function subjectOf({ kind, from, to }: RotationProgress): string {
  const names = namesOf(uniqueRoots([...from, ...to]));
  const list = (certs: readonly CertFacts[]): string =>
    certs.map(({ fingerprint }) => names.short(fingerprint)).join(' ');
  if (from.length === 0 || to.length === 0) return kind === 'root' ? 'root' : 'intermediates';
  return kind === 'root' ? `root ${list(from)} → ${list(to)}` : `intermediates under ${list(to)}`;
}

/** What every proxy has at the end of a phase: `trust A B`. */
export function goalOf(name: PhaseName, { kind, from, to }: RotationProgress): string {
  const names = namesOf(uniqueRoots([...from, ...to]));
  const list = (certs: readonly CertFacts[]): string =>
    uniqueRoots(certs)
      .map(({ fingerprint }) => names.short(fingerprint))
      .join(' ');
  if (kind === 'intermediate') return 'leaves by the new intermediates';
  switch (name) {
    case 'distribute':
      return `proxies trust ${list([...from, ...to])}`;
    case 'activate':
      return `leaves by ${list(to)}`;
    case 'revoke':
      return `proxies trust only ${list(to)}`;
    case 'replace':
      return `leaves by ${list(to)}, and trust only it`;
  }
}

/** Why a phase has not begun. */
export function needs(name: PhaseName, { rollsBack }: Pick<RotationProgress, 'rollsBack'>): string {
  const root = rollsBack === undefined ? 'new root' : 'root of before';
  switch (name) {
    case 'distribute':
      return 'needs the look at every cluster';
    case 'activate':
    case 'replace':
      return `needs the ${root} trusted by every proxy in the mesh`;
    case 'revoke':
      return `needs every leaf in the mesh signed by the ${root}`;
  }
}

/** Sums over a phase's clusters. */
export function countsOf({ clusters }: PhaseProgress): {
  readonly clustersDone: number;
  readonly done: number;
  readonly total: number;
} {
  return {
    clustersDone: clusters.filter(({ state }) => state === 'done').length,
    done: clusters.reduce((sum, { done }) => sum + done, 0),
    total: clusters.reduce((sum, { total }) => sum + total, 0),
  };
}

function uniqueRoots(certs: readonly CertFacts[]): readonly CertFacts[] {
  return certs.filter((cert, index) => certs.findIndex((c) => c.fingerprint === cert.fingerprint) === index);
}

import type { KeptDocument } from '../../activities/evidence/book.ts';
import type {
  EndDocument,
  PhaseDocument,
  StartDocument,
  UnitDocument,
} from '../../activities/evidence/document.ts';
import type { RotationProgress } from '../../rotation/progress.ts';

/** What one of the two sources gave, or why it gave nothing. */
export interface ReportSource {
  /** `folder /var/lib/evidence`, `Temporal`. */
  readonly place: string;
  /** Documents read, or 1 for a live run. */
  readonly found: number;
  /** Why nothing, or not all, was found there. */
  readonly lacks?: string;
}

/** All that is known of a rotation, from its evidence and from its run. Printed by `rotation report -o json`. */
export interface Report {
  readonly schema: 'meshturn.report/v1';
  readonly fleet: string;
  readonly mesh: string;
  readonly id: string;
  /** When the report was made, ISO 8601. */
  readonly at: string;
  readonly sources: { readonly store: ReportSource; readonly live: ReportSource };
  /** Documents that are not as the one that refers to them says, by name. */
  readonly changed: readonly string[];
  readonly start?: StartDocument;
  readonly phases: readonly PhaseDocument[];
  readonly units: readonly UnitDocument[];
  readonly end?: EndDocument;
  readonly live?: RotationProgress;
}

type Parts = Pick<Report, 'fleet' | 'mesh' | 'id' | 'at' | 'sources'> & {
  readonly kept: readonly KeptDocument[];
  readonly live: RotationProgress | undefined;
};

export function reportOf({ kept, live, ...known }: Parts): Report {
  const documents = kept.map(({ document }) => document);
  const start = documents.find((one) => one.kind === 'start');
  const end = documents.find((one) => one.kind === 'end');
  return {
    schema: 'meshturn.report/v1',
    ...known,
    changed: changedDocuments(kept),
    ...(start === undefined ? {} : { start }),
    phases: documents.filter((one) => one.kind === 'phase').toSorted((a, b) => a.number - b.number),
    units: documents.filter((one) => one.kind === 'unit'),
    ...(end === undefined ? {} : { end }),
    ...(live === undefined ? {} : { live }),
  };
}

/** Of the documents that another refers to, those that are gone or have another SHA-256 than when it did. */
function changedDocuments(kept: readonly KeptDocument[]): readonly string[] {
  const sums = new Map(kept.map(({ name, sha256 }) => [name, sha256]));
  return kept
    .flatMap(({ document }) =>
      document.kind === 'phase' ? document.units : document.kind === 'end' ? document.phases : [],
    )
    .filter(({ name, sha256 }) => sums.get(name) !== sha256)
    .map(({ name }) => name);
}

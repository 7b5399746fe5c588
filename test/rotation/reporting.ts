import type { UnitReport } from '../../rotation/messages.ts';
import type { Stopped } from '../../rotation/progress.ts';

/** A unit's word on its one cluster in distribute. */
export function report(o: {
  readonly unit: string;
  readonly sequence: number;
  readonly state: UnitReport['state'];
  readonly stopped?: Stopped;
  readonly done?: number;
  readonly written?: number;
}): UnitReport {
  const { unit, sequence, state, stopped, done = 0, written } = o;
  return {
    rotationId: 'r-1',
    phase: 'distribute',
    ...{ unit, sequence, state },
    clusters: [
      {
        cluster: `${unit}c0`,
        state: 'running',
        doing: 'add-roots: converged',
        since: '2026-12-01T00:00:00.000Z',
        awaiting: { what: 'every proxy to hold it', until: undefined },
        ...{ done, total: 2, evidence: [`word ${sequence}`], stopped: undefined },
      },
    ],
    ...(stopped === undefined ? {} : { stopped }),
    ...(written === undefined ? {} : { written }),
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterStep, RotationProgress } from '../../rotation/progress.ts';
import { joinPages, statusPage, type StatusPage } from '../../rotation/status-page.ts';
import { waitingStep } from '../../rotation/waiting-step.ts';

const at = '2026-12-01T00:00:00.000Z';
const evidence = Array.from(
  { length: 20 },
  (_, line) => `signer: ${line} served by 2 istiod replicas, as probed`,
);

function stepOf(place: number): ClusterStep {
  const cluster = `aks-${place}`.padEnd(63, 'x');
  if (place % 5 === 4) return waitingStep(cluster);
  const state = (['done', 'running', 'stopped', 'done'] as const)[place % 5] ?? 'done';
  const stopped = { code: 'NOT_CONVERGED', message: 'm'.repeat(300), hint: 'h'.repeat(200), at };
  return {
    ...{ cluster, state, doing: 'signer: converged', since: at, awaiting: undefined },
    ...{ done: 3, total: 4, evidence, stopped: state === 'stopped' ? stopped : undefined },
  };
}

/** A rotation of three phases with so many clusters in each. */
function rotationOf(clusters: number): RotationProgress {
  const steps = Array.from({ length: clusters }, (_, place) => stepOf(place));
  const heard = Object.fromEntries(steps.map(({ cluster }) => [cluster, { sequence: 12, written: 4 }]));
  return {
    ...{ schema: 'meshturn.rotation/v1', id: 'r', fleet: 'prod', mesh: 'payments', kind: 'root' },
    ...{ state: 'stopped', startedAt: at, endedAt: undefined, from: [], to: [], violations: [] },
    ...{ stopped: undefined, versionsWritten: 4 * clusters, digest: 'd' },
    phases: (['distribute', 'activate', 'revoke'] as const).map((name) => ({
      ...{ name, state: 'running', startedAt: at, endedAt: undefined, clusters: steps },
      ...(name === 'revoke' ? {} : { heard }),
    })),
  };
}

function pagesOf(progress: RotationProgress, bytes?: number): readonly [StatusPage, ...StatusPage[]] {
  const first = statusPage(progress, {}, bytes);
  const others: StatusPage[] = [];
  for (let { next } = first; next !== undefined; next = others.at(-1)?.next) {
    others.push(statusPage(progress, next, bytes));
  }
  return [first, ...others];
}

const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('the pages of a rotation’s state', () => {
  it('are the whole state when they are put together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 50_000 }), (clusters, bytes) => {
        const progress = rotationOf(clusters);
        expect(joinPages(pagesOf(progress, bytes))).toEqual(progress);
      }),
      { numRuns: 40 },
    );
  });

  it('are one page for a mesh of thirty clusters', () => {
    const [page, ...others] = pagesOf(rotationOf(30));
    expect(others).toEqual([]);
    expect(page).toMatchObject({ ...rotationOf(30), next: undefined });
  });

  it('stay below what the server warns of in a mesh of 1,000 clusters', () => {
    const pages = pagesOf(rotationOf(1000));
    expect(Math.max(...pages.map(size))).toBeLessThan(256 * 1024);
    expect(size(rotationOf(1000))).toBeGreaterThan(2 * 1024 * 1024);
    expect(joinPages(pages)).toEqual(rotationOf(1000));
  });

  it('count each phase as a whole, whatever they hold of it', () => {
    const counts = { waiting: 200, running: 200, stopped: 200, paused: 0, left: 0, done: 400, total: 1000 };
    expect(statusPage(rotationOf(1000)).counts).toEqual([
      { phase: 'distribute', ...counts },
      { phase: 'activate', ...counts },
      { phase: 'revoke', ...counts },
    ]);
  });

  it('begin with the phase that is asked for', () => {
    const { phases } = statusPage(rotationOf(1000), { phase: 'activate' });
    expect(phases.map(({ clusters }) => clusters.length > 0)).toEqual([false, true, false]);
    expect(phases[1]?.clusters[0]).toEqual(stepOf(0));
  });
});

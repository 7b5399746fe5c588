import { describe, expect, it } from 'vitest';
import type { ClusterStep, RotationProgress } from '../../rotation/progress.ts';
import { golden } from './golden.ts';
import { activating, forbidden, progress, step } from './samples.ts';
import { scripted, session, type World } from './session.ts';

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `aks-${String(index + 1).padStart(2, '0')}`);

/** Some done, some waiting for leaves, and every eighth stopped. */
function stepOf(cluster: string, index: number): ClusterStep {
  const total = 40 + index;
  if (index % 8 === 7) return step(cluster, { state: 'stopped', total, stopped: forbidden });
  if (index % 3 === 0) return step(cluster, { state: 'done', done: total, total });
  return step(cluster, {
    ...{ state: 'running', doing: 'signer: converged', done: index, total },
    since: new Date(Date.parse('2026-11-21T03:00:00.000Z') - index * 60_000).toISOString(),
    awaiting: { what: `${total - index} leaves to renew`, until: '2026-11-22T01:14:00.000Z' },
  });
}

function of(count: number): RotationProgress {
  if (count === 3) return progress();
  const steps = names(count).map((name, index) => stepOf(name, count === 1 ? index + 1 : index));
  const phases = progress().phases.map((phase) => {
    const isStopped = steps.some(({ stopped }) => stopped);
    if (phase.name === 'activate')
      return { ...activating(), state: isStopped ? ('stopped' as const) : phase.state, clusters: steps };
    const state = phase.name === 'distribute' ? 'done' : 'waiting';
    return {
      ...phase,
      clusters: steps.map(({ cluster, total }) => step(cluster, { state, done: total, total })),
    };
  });
  return progress({ phases, state: steps.some(({ stopped }) => stopped) ? 'stopped' : 'running' });
}

const on = (columns: number, rows: number, count: number): World => ({
  rotations: scripted({ kind: 'live', progress: of(count) }),
  terminal: { columns, rows },
});

const sizes = [1, 3, 50].flatMap((count) => [80, 200].map((columns) => [count, columns] as const));

describe('the tree', () => {
  it.each(sizes)('of %i clusters fits %i columns', async (count, columns) => {
    const rows = columns === 80 ? 24 : 50;
    await golden(`tree/${count}-${columns}`, 'rotation status prod/payments', on(columns, rows, count));
    const { stdout } = await session(['rotation', 'status', 'prod/payments'], on(columns, rows, count));
    // What is to be typed stands whole on its line, for the terminal to break.
    const wide = stdout.split('\n').filter((line) => line.length >= columns && !/hint:|meshturn/.test(line));
    expect(wide).toEqual([]);
  });

  it('of a rotation that is stopped ends with what to type and whether the mesh is safe', async () => {
    const stop = activating({ state: 'stopped', awaiting: undefined, stopped: forbidden });
    const phases = progress().phases.map((phase) =>
      phase.name === 'activate' ? { ...stop, state: 'stopped' as const } : phase,
    );
    const state = progress({ state: 'stopped', phases });
    await golden('tree/stopped-80', 'rotation status prod/payments', {
      rotations: scripted({ kind: 'live', progress: state }),
      terminal: { columns: 80, rows: 24 },
    });
  });

  it('of 50 clusters shows what is stopped and the slowest, and how many others there are', async () => {
    const { stdout } = await session(['rotation', 'status', 'prod/payments'], on(200, 50, 50));
    expect(stdout.match(/^ {2}■/gm)).toHaveLength(6);
    expect(stdout.match(/^ {2}●/gm)).toHaveLength(4);
    expect(stdout).toMatch(/^ {2}and 40 more$/m);
  });

  it('has no colour, on a terminal too', async () => {
    const { stdout } = await session(['rotation', 'status', 'prod/payments'], on(80, 24, 3));
    expect(stdout).not.toContain('\u001b');
  });
});
